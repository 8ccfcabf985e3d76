import type { Logins } from "../../../http/logins.ts";
import { type RevocationCacheWiring, revocationCache } from "./revocation-cache.ts";

/** Logins of the own identity service, as they were at most `cacheSeconds` ago. */
export function revocableLogins(wiring: RevocationCacheWiring): Logins {
  const revocationsFor = revocationCache(wiring);
  return {
    areGood: async ({ user_id, epoch }) =>
      epoch === undefined || (await revocationsFor(user_id, epoch)).epoch === epoch,
  };
}
