import type { Image } from "../domain/image.ts";
import { type Change, type ImageStore, RevisionConflict } from "../ports/image-store.ts";

const ATTEMPTS = 8;

/**
 * Reads, decides, writes; when somebody else was faster, reads and decides again: writers of different things
 * both survive. `decide` may throw a refusal, or return undefined when there is nothing to do.
 * After several lost races the RevisionConflict (409) comes through. Returns the image as written or as found.
 */
export async function updateWithRetry<Found extends { readonly image: Image }>(
  images: Pick<ImageStore, "commit">,
  read: () => Promise<Found>,
  decide: (found: Found) => Change | undefined,
): Promise<Image> {
  for (let attempt = 1; ; attempt++) {
    const found = await read();
    const change = decide(found);
    if (change === undefined) return found.image;
    try {
      return await images.commit(change);
    } catch (error) {
      if (!(error instanceof RevisionConflict) || attempt >= ATTEMPTS) throw error;
    }
  }
}
