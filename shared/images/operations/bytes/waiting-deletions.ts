import type { Deletion } from "../../domain/deletion.ts";
import type { Deletions } from "../../ports/deletions.ts";

const PAGE = 500;

/** Deletions of bytes that are not done, oldest first, read as they are wanted. */
export async function* waitingDeletions(
  images: Pick<Deletions, "pendingDeletions">,
): AsyncGenerator<Deletion> {
  for (let after: string | undefined; ; ) {
    const page = await images.pendingDeletions(PAGE, after);
    yield* page;
    if (page.length < PAGE) return;
    after = page.at(-1)?.id;
  }
}
