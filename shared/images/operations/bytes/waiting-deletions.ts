import type { Deletion } from "../../domain/deletion.ts";
import type { ImageStore } from "../../ports/image-store.ts";

const PAGE = 500;

/** Deletions of bytes that are not done, oldest first, read as they are wanted. */
export async function* waitingDeletions(
  images: Pick<ImageStore, "pendingDeletions">,
): AsyncGenerator<Deletion> {
  for (let after: string | undefined; ; ) {
    const page = await images.pendingDeletions(PAGE, after);
    yield* page;
    if (page.length < PAGE) return;
    after = page.at(-1)?.id;
  }
}
