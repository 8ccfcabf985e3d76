import type { WorkQueue } from "../../aws/work-queue.ts";
import type { Clock } from "../../clock.ts";
import { hasEnded, isAlive, type Transfer } from "../../images/domain/transfer.ts";
import { waitingDeletions } from "../../images/operations/bytes/waiting-deletions.ts";
import { releaseTransfer } from "../../images/operations/transfers/release-transfer.ts";
import type { TransferRef } from "../../images/operations/transfers/transfer-access.ts";
import type { Deletions } from "../../images/ports/deletions.ts";
import type { ImageStore } from "../../images/ports/image-store.ts";
import type { TransferStore } from "../../images/ports/transfer-store.ts";
import type { Decision, JobRun } from "./job-run.ts";

/** Messages need this long to arrive by themselves; younger things are left alone. */
const GRACE_MS = 5 * 60_000;
const PAGE = 100;

export interface ReapPorts {
  readonly images: ImageStore & TransferStore & Deletions;
  readonly queue: WorkQueue;
  readonly clock: Clock;
}

/** What is to be done with a transfer that is not over. */
function judgeTransfer(ports: ReapPorts, ref: TransferRef, transfer: Transfer): Decision | undefined {
  const { queue, clock } = ports;
  const now = clock();
  const { state, expires_at, lease_seconds } = transfer;
  const evidence = { state, expires_at, lease_seconds };
  if (state === "completing") {
    if (now.getTime() - Date.parse(expires_at) + lease_seconds * 1000 < GRACE_MS) return undefined;
    const act = () => queue.finalize(ref, 0);
    return { what: "send finalize", why: "nobody has finished its completion", evidence, act };
  }
  if (isAlive(transfer, now)) return undefined;
  const isDead = ({ transfer: current }: { transfer: Transfer }) => !isAlive(current, clock());
  const act = () => releaseTransfer(ports)(ref, { broken: true, when: isDead });
  return { what: "release transfer", why: "nobody has used it for its lease", evidence, act };
}

/** Ends dead transfers, and wakes those whose completion nobody finishes. */
async function sweepTransfers(ports: ReapPorts, run: JobRun): Promise<void> {
  const { images } = ports;
  let after: string | undefined;
  do {
    const page = await images.openTransfers(PAGE, after);
    for (const ref of page.transfers) {
      if (!run.bounds.isLeft()) return;
      run.bounds.spend({ objects: 1 });
      const { transfer } = await images.findWithTransfer(ref.imageId, ref.transferId);
      if (!transfer || hasEnded(transfer)) continue;
      const subject = {
        kind: "transfer",
        id: `${ref.imageId}/${ref.transferId}`,
        since: transfer.created_at,
      };
      await run.consider(subject, async () => judgeTransfer(ports, ref, transfer));
    }
    after = page.next;
  } while (after !== undefined);
}

/** Sends the message of deletions that are still there once more. */
async function sweepDeletions({ images, queue, clock }: ReapPorts, run: JobRun): Promise<void> {
  for await (const { id, store, key, created_at } of waitingDeletions(images)) {
    if (!run.bounds.isLeft()) return;
    const isYoung = clock().getTime() - Date.parse(created_at) < GRACE_MS;
    // They come oldest first: after a young one all are young.
    if (isYoung) return;
    run.bounds.spend({ objects: 1 });
    await run.consider({ kind: "deletion", id, since: created_at }, async () => ({
      what: "send deletion",
      why: "its bytes are not deleted yet",
      evidence: { store, key, created_at },
      act: () => queue.deleteBytes({ deletionId: id }),
    }));
  }
}

/**
 * Finds what fell between two steps: uploads that nobody continues, completions and deletions whose message was
 * lost. Acts only through the operations that would have acted then; safe to run twice at once.
 */
export const reap =
  (ports: ReapPorts) =>
  async (run: JobRun): Promise<void> => {
    await sweepTransfers(ports, run);
    await sweepDeletions(ports, run);
  };
