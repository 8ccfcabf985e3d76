import type { Clock } from "../../clock.ts";
import type { RemovedCopy } from "../domain/cached-image.ts";
import { isHeld, type QueuedImage } from "../domain/queued-image.ts";
import type { CacheRecords } from "../ports/cache-records.ts";

/** Somebody else has changed the entry: another run is at work, or the image was taken out of the queue. */
export class Overtaken extends Error {
  constructor() {
    super("the entry was changed by another run, or taken out of the queue");
  }
}

/** Twice as long as a part takes on a slow line: a run that lives says more before. */
const HOLD_MS = 120_000;

/** An image's entry in the queue, in the hands of one run: whatever it writes is on condition that nobody else did. */
export interface EntryInHand {
  /** As this run has written it last. */
  readonly now: () => QueuedImage;
  /** Writes it, and holds it on. Throws Overtaken. */
  readonly save: (after: QueuedImage, removed?: readonly RemovedCopy[]) => Promise<void>;
  /** Writes it for whoever comes next, who need not wait then. Throws Overtaken. */
  readonly letGo: (after?: QueuedImage, removed?: readonly RemovedCopy[]) => Promise<void>;
}

/**
 * Takes an entry in hand, so that one run at a time is at work on it; undefined when another one has it. A run that is
 * killed holds it for two minutes.
 */
export async function takeInHand(
  { records, clock }: { readonly records: Pick<CacheRecords, "commit">; readonly clock: Clock },
  queued: QueuedImage,
): Promise<EntryInHand | undefined> {
  if (isHeld(queued, clock())) return undefined;
  let entry = queued;
  const write = async (after: QueuedImage, removed: readonly RemovedCopy[] = []) => {
    if (!(await records.commit({ queued: { before: entry, after }, removed }))) throw new Overtaken();
    entry = { ...after, revision: entry.revision + 1 };
  };
  const save: EntryInHand["save"] = (after, removed) =>
    write({ ...after, held_until: new Date(clock().getTime() + HOLD_MS).toISOString() }, removed);
  const { handed_at: _, ...taken } = queued;
  try {
    await save(taken);
  } catch (error) {
    if (error instanceof Overtaken) return undefined;
    throw error;
  }
  return {
    now: () => entry,
    save,
    letGo: async (after = entry, removed) => {
      const { held_until: _, ...free } = after;
      await write(free, removed);
    },
  };
}
