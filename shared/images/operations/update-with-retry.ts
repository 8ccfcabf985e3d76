import type { Image } from "../domain/image.ts";
import type { Transfer } from "../domain/transfer.ts";
import type { Change } from "../ports/change.ts";
import { type ImageStore, RevisionConflict } from "../ports/image-store.ts";

const ATTEMPTS = 8;

interface Found {
  readonly image: Image;
  readonly transfer?: Transfer | undefined;
}

/**
 * Reads, decides, writes; when somebody else was faster, reads and decides again: writers of different things
 * both survive. `first` is what the caller has just read, and saves the first read. `decide` may throw a refusal,
 * or return undefined when there is nothing to do. After several lost races the RevisionConflict (409) comes
 * through. Returns image and transfer as they are written now, or as they were found.
 */
export async function updateWithRetry<State extends Found>(
  images: Pick<ImageStore, "commit">,
  read: () => Promise<State>,
  decide: (found: State) => Change | undefined,
  first?: State,
): Promise<State> {
  for (let attempt = 1, found = first; ; attempt++, found = undefined) {
    const state = found ?? (await read());
    const change = decide(state);
    if (change === undefined) return state;
    try {
      const { image, transfer } = await images.commit(change);
      return { ...state, image, ...(transfer ? { transfer } : {}) };
    } catch (error) {
      if (!(error instanceof RevisionConflict) || attempt >= ATTEMPTS) throw error;
    }
  }
}
