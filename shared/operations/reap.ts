import { isAlive, isOver } from "../domain/transfer.ts";
import type { Clock } from "../ports/clock.ts";
import type { ImageStore } from "../ports/image-store.ts";
import type { WorkQueue } from "../ports/work-queue.ts";
import { releaseTransfer } from "./release-transfer.ts";

export interface SweepResult {
  readonly examined: number;
  readonly acted: number;
  readonly failed: number;
  /** ISO 8601: the oldest thing found that is still unfinished. */
  readonly oldest?: string;
}

/** Messages need this long to arrive by themselves; younger things are left alone. */
const GRACE_MS = 5 * 60_000;
const PAGE = 100;

interface Ports {
  readonly images: ImageStore;
  readonly queue: WorkQueue;
  readonly clock: Clock;
}

class Tally {
  examined = 0;
  acted = 0;
  failed = 0;
  oldest: string | undefined;

  /** Counts one thing; one that fails never stops the sweep. */
  async count(since: string, act: () => Promise<boolean>): Promise<void> {
    this.examined++;
    if (this.oldest === undefined || since < this.oldest) this.oldest = since;
    try {
      if (await act()) this.acted++;
    } catch {
      this.failed++;
    }
  }

  result(): SweepResult {
    const { examined, acted, failed, oldest } = this;
    return { examined, acted, failed, ...(oldest === undefined ? {} : { oldest }) };
  }
}

/** Ends dead transfers, and wakes those whose completion nobody finishes. */
async function sweepTransfers(ports: Ports, tally: Tally, hasTime: () => boolean): Promise<void> {
  const { images, queue, clock } = ports;
  let after: string | undefined;
  do {
    const page = await images.openTransfers(PAGE, after);
    for (const ref of page.transfers) {
      if (!hasTime()) return;
      const { transfer } = await images.findWithTransfer(ref.imageId, ref.transferId);
      if (!transfer || isOver(transfer)) continue;
      await tally.count(transfer.created_at, async () => {
        const now = clock();
        if (transfer.state === "completing") {
          if (now.getTime() - Date.parse(transfer.expires_at) + transfer.lease_seconds * 1000 < GRACE_MS)
            return false;
          await queue.finalize(ref, 0);
          return true;
        }
        if (isAlive(transfer, now)) return false;
        const isDead = ({ transfer: current }: { transfer: typeof transfer }) => !isAlive(current, clock());
        return releaseTransfer(ports)(ref, { broken: true, when: isDead });
      });
    }
    after = page.next;
  } while (after !== undefined);
}

/** Sends the message of deletions that are still there once more. */
async function sweepDeletions(
  { images, queue, clock }: Ports,
  tally: Tally,
  hasTime: () => boolean,
): Promise<void> {
  let after: string | undefined;
  for (;;) {
    const deletions = await images.pendingDeletions(PAGE, after);
    for (const deletion of deletions) {
      if (!hasTime()) return;
      const isYoung = clock().getTime() - Date.parse(deletion.created_at) < GRACE_MS;
      // They come oldest first: behind a young one all are young.
      if (isYoung) return;
      await tally.count(deletion.created_at, async () => {
        await queue.remove({ deletionId: deletion.id });
        return true;
      });
    }
    after = deletions.at(-1)?.id;
    if (deletions.length < PAGE) return;
  }
}

/**
 * Finds what fell between two steps: uploads that nobody continues, completions and deletions whose message was
 * lost. Acts only through the operations that would have acted then; safe to run twice at once.
 */
export const reap =
  (ports: Ports) =>
  async (hasTime: () => boolean): Promise<SweepResult> => {
    const tally = new Tally();
    await sweepTransfers(ports, tally, hasTime);
    await sweepDeletions(ports, tally, hasTime);
    return tally.result();
  };
