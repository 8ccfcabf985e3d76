import { Unauthorized } from "../../../errors.ts";
import type { TokenReader } from "../../ports/token-signer.ts";
import { type RevocationCacheWiring, revocationCache } from "./revocation-cache.ts";

export interface EpochCheckWiring extends RevocationCacheWiring {
  readonly reader: TokenReader;
}

/**
 * A reader that also refuses tokens that were revoked: all of an earlier epoch (users that were disabled or have lost
 * a role since), and single ones; they are out within `cacheSeconds`. A read that fails is our failure, not
 * Unauthorized: after a 401 clients log in again and repeat a PUT without its body.
 */
export function epochCheckedReader({ reader, ...wiring }: EpochCheckWiring): TokenReader {
  const revocationsFor = revocationCache(wiring);
  return {
    async read(token) {
      const claims = await reader.read(token);
      const { epoch, tokenIds } = await revocationsFor(claims.sub, claims.epoch);
      if (claims.epoch !== epoch || tokenIds.has(claims.jti)) throw new Unauthorized();
      return claims;
    },
  };
}
