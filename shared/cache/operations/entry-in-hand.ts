import type { Clock } from "../../clock.ts";
import type { RemovedCopy } from "../domain/cached-image.ts";
import { isHeld, mayTryAgain, type QueuedImage } from "../domain/queued-image.ts";
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

/** Others write into an entry that waits: the prefetcher that it has sent a message, an admin that it is due. */
const ATTEMPTS = 3;

/**
 * Takes an entry in hand, so that one run at a time is at work on it; undefined when another one has it, or has ended it
 * a moment ago. A run that is killed holds it for two minutes.
 */
export async function takeInHand(
  {
    records,
    clock,
  }: { readonly records: Pick<CacheRecords, "commit" | "findQueued">; readonly clock: Clock },
  queued: QueuedImage,
): Promise<EntryInHand | undefined> {
  let entry = queued;
  const write = async (after: QueuedImage, removed: readonly RemovedCopy[] = []) => {
    if (!(await records.commit({ queued: { before: entry, after }, removed }))) throw new Overtaken();
    entry = { ...after, revision: entry.revision + 1 };
  };
  const save: EntryInHand["save"] = (after, removed) =>
    write({ ...after, held_until: new Date(clock().getTime() + HOLD_MS).toISOString() }, removed);
  const take = async (): Promise<boolean> => {
    const { handed_at: _, ...taken } = entry;
    try {
      await save(taken);
      return true;
    } catch (error) {
      if (error instanceof Overtaken) return false;
      throw error;
    }
  };
  for (let attempt = 1; ; attempt++) {
    if (isHeld(entry, clock()) || !mayTryAgain(entry, clock())) return undefined;
    if (await take()) break;
    const changed = await records.findQueued(queued.image_id);
    if (!changed || attempt === ATTEMPTS) return undefined;
    entry = changed;
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
