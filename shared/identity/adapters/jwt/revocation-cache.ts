import type { Clock } from "../../../clock.ts";
import { ExpiringCache } from "../../../expiring-cache.ts";
import type { Revocations, UserEpochs } from "../../ports/user-epochs.ts";

export interface RevocationCacheWiring {
  readonly epochs: Pick<UserEpochs, "revocationsOf">;
  /** What is known of a user is kept so long; 0: it is read every time. */
  readonly cacheSeconds: number;
  readonly clock: Clock;
}

/** Users that are remembered. */
const MOST_USERS = 10_000;

/**
 * What of a user's logins was revoked, as it was at most `cacheSeconds` ago; never of an earlier epoch than `epoch`,
 * which somebody has seen already. Many questions at once are one read; a read that fails is not remembered.
 */
export function revocationCache({ epochs, cacheSeconds, clock }: RevocationCacheWiring) {
  const known = new ExpiringCache<Promise<Revocations>>(MOST_USERS, clock);

  function read(userId: string): Promise<Revocations> {
    const revocations = epochs.revocationsOf(userId);
    known.set(userId, revocations, clock().getTime() + cacheSeconds * 1000);
    revocations.catch(() => known.get(userId) === revocations && known.delete(userId));
    return revocations;
  }

  return async (userId: string, epoch: number): Promise<Revocations> => {
    const kept = known.get(userId);
    if (kept) {
      const revocations = await kept;
      // Else the token is newer than what is known: the user has logged in again after a revocation.
      if (revocations.epoch >= epoch) return revocations;
    }
    return read(userId);
  };
}
