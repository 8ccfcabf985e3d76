import type { Clock } from "../../../clock.ts";
import type { Revocations, UserEpochs } from "../../ports/user-epochs.ts";

export interface RevocationCacheWiring {
  readonly epochs: Pick<UserEpochs, "revocationsOf">;
  /** What is known of a user is kept so long; 0: it is read every time. */
  readonly cacheSeconds: number;
  readonly clock: Clock;
}

/** Users that are remembered; the one that was read first goes first. */
const MOST_USERS = 10_000;

interface Known {
  readonly revocations: Promise<Revocations>;
  readonly until: number;
}

/**
 * What of a user's logins was revoked, as it was at most `cacheSeconds` ago; never of an earlier epoch than `epoch`,
 * which somebody has seen already. Many questions at once are one read; a read that fails is not remembered.
 */
export function revocationCache({ epochs, cacheSeconds, clock }: RevocationCacheWiring) {
  const known = new Map<string, Known>();

  function read(userId: string, now: number): Promise<Revocations> {
    const revocations = epochs.revocationsOf(userId);
    if (cacheSeconds > 0) {
      // Set anew, so that the order of the map stays that of the readings.
      known.delete(userId);
      const entry = { revocations, until: now + cacheSeconds * 1000 };
      known.set(userId, entry);
      revocations.catch(() => known.get(userId) === entry && known.delete(userId));
      const [oldest] = known.keys();
      if (known.size > MOST_USERS && oldest !== undefined) known.delete(oldest);
    }
    return revocations;
  }

  return async (userId: string, epoch: number): Promise<Revocations> => {
    const now = clock().getTime();
    const kept = known.get(userId);
    if (kept && kept.until > now) {
      const revocations = await kept.revocations;
      // Else the token is newer than what is known: the user has logged in again after a revocation.
      if (revocations.epoch >= epoch) return revocations;
    }
    return read(userId, now);
  };
}
