import type { TokenClaims } from "../../domain/identity/token-claims.ts";
import { Unauthorized } from "../../errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { TokenReader } from "../../ports/token-signer.ts";
import type { UserEpochs } from "../../ports/user-epochs.ts";

export interface EpochCheckWiring {
  readonly reader: TokenReader;
  readonly epochs: UserEpochs;
  /** A user's epoch is kept so long; 0: it is read for every token. */
  readonly cacheSeconds: number;
  readonly clock: Clock;
}

/** Users whose epochs are kept; the one that was read first goes first. */
const MOST_USERS = 10_000;

interface Known {
  readonly epoch: Promise<number>;
  readonly until: number;
}

/**
 * A reader that also refuses tokens of an earlier epoch: those of users that were disabled or have lost a role since
 * are out within `cacheSeconds`. An epoch that cannot be read is our failure, not Unauthorized: after a 401 clients
 * log in again and repeat a PUT without its body.
 */
export function epochCheckedReader({ reader, epochs, cacheSeconds, clock }: EpochCheckWiring): TokenReader {
  const known = new Map<string, Known>();

  function read(userId: string, now: number): Promise<number> {
    const epoch = epochs.epochOf(userId);
    if (cacheSeconds > 0) {
      // Set anew, so that the order of the map stays that of the readings.
      known.delete(userId);
      const entry = { epoch, until: now + cacheSeconds * 1000 };
      known.set(userId, entry);
      epoch.catch(() => known.get(userId) === entry && known.delete(userId));
      const [oldest] = known.keys();
      if (known.size > MOST_USERS && oldest !== undefined) known.delete(oldest);
    }
    return epoch;
  }

  async function epochFor({ sub, epoch }: TokenClaims): Promise<number> {
    const now = clock().getTime();
    const kept = known.get(sub);
    // A token that is newer than what is known: the user has logged in again after a revocation.
    if (kept && kept.until > now && (await kept.epoch) >= epoch) return kept.epoch;
    return read(sub, now);
  }

  return {
    async read(token) {
      const claims = await reader.read(token);
      if (claims.epoch !== (await epochFor(claims))) throw new Unauthorized();
      return claims;
    },
  };
}
