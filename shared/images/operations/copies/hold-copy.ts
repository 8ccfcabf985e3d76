import type { Clock } from "../../../clock.ts";
import type { Transfer } from "../../domain/transfer.ts";
import type { CopyRecords } from "../../ports/copy-records.ts";

export interface HoldPorts {
  readonly copyRecords: Pick<CopyRecords, "hold">;
  readonly clock: Clock;
  readonly newId: () => string;
}

/**
 * How long a copy is held without a sign of life, which one part of 105 MiB from a slow host may take: a killed run's is
 * taken up by the next one after that. Its message comes again later still.
 */
const HOLD_MS = 5 * 60_000;
const RENEW_MS = 30_000;

export interface Holding {
  /** Whether there is time left, and nobody else has taken the copy in hand. Renews the hold now and then. */
  readonly mayGoOn: () => Promise<boolean>;
  /** For the next run, which need not wait then. */
  readonly letGo: () => Promise<void>;
}

/** Takes a copy in hand, or an upload that is brought to its store; undefined when another run has it, or when it is over. */
export async function holdCopy(
  { copyRecords, clock, newId }: HoldPorts,
  transfer: Transfer,
  hasTime: () => boolean,
): Promise<Holding | undefined> {
  const by = newId();
  let renewedAt = 0;
  const hold = (holdMs: number) => {
    const now = clock().getTime();
    renewedAt = now;
    const at = (ms: number) => new Date(now + ms).toISOString();
    return copyRecords.hold(transfer, {
      ...{ by, now: at(0), until: at(holdMs) },
      // Its own lease, by which the reaper reckons when it was last in hand.
      expiresAt: at(transfer.lease_seconds * 1000),
    });
  };
  if (!(await hold(HOLD_MS))) return undefined;
  let isHeld: Promise<boolean> = Promise.resolve(true);
  return {
    mayGoOn: async () => {
      if (clock().getTime() - renewedAt >= RENEW_MS) isHeld = hold(HOLD_MS);
      return (await isHeld) && hasTime();
    },
    letGo: async () => {
      await hold(0);
    },
  };
}
