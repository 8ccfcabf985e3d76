import type { RunningDigests } from "../../../hashing/running-digests.ts";

/** Hashes bytes that come as parts, in any order, in the order of their numbers. */
export interface OrderedHashes {
  /**
   * Keeps the part until those before it are there. Resolves when its bytes may be changed again, or when that is of no
   * interest any more as hashing has failed.
   */
  readonly add: (number: number, bytes: Uint8Array) => Promise<void>;
  /** Resolves when all that were added in their order are hashed. Throws what hashing has failed with. */
  readonly end: () => Promise<void>;
}

interface Waiting {
  readonly bytes: Uint8Array;
  readonly done: () => void;
}

/** Hashes them from part 1 on, with native hashes: what a run has not come to the end of is read once more when it is stored. */
export function orderedHashes({ add }: Pick<RunningDigests, "add">): OrderedHashes {
  const waiting = new Map<number, Waiting>();
  let next = 1;
  let last: Promise<void> = Promise.resolve();
  let failure: { readonly error: unknown } | undefined;
  const hash = ({ bytes, done }: Waiting) => {
    last = add(bytes).catch((error: unknown) => {
      failure ??= { error };
    });
    last.then(done);
  };
  return {
    add: (number, bytes) =>
      new Promise((done) => {
        waiting.set(number, { bytes, done });
        for (let part = waiting.get(next); part; part = waiting.get(next)) {
          waiting.delete(next++);
          hash(part);
        }
      }),
    end: async () => {
      await last;
      if (failure) throw failure.error;
    },
  };
}
