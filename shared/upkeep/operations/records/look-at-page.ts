import type { Image } from "../../../images/domain/image.ts";
import type { ImageStore } from "../../../images/ports/image-store.ts";
import type { RecordRef, Records } from "../../ports/records.ts";
import type { JobRun } from "../job-run.ts";
import { inParallel } from "./walk-records.ts";

export interface PageChecks {
  readonly images: readonly Image[];
  readonly suspects: readonly RecordRef[];
}

export const runSubjectOf = (ref: RecordRef): { readonly kind: string; readonly id: string } => {
  const { kind, ...names } = ref;
  return { kind, id: Object.values(names).join(" ") };
};

/**
 * The images of a page and what on it needs a closer look. When the quick look fails, which one record may be the
 * cause of, everything gets a look of its own, so that only that one record fails.
 */
export async function lookAtPage(
  { records, images }: { readonly records: Records; readonly images: Pick<ImageStore, "find"> },
  run: JobRun,
  refs: readonly RecordRef[],
): Promise<PageChecks> {
  try {
    return await records.look(refs);
  } catch (error) {
    run.say("look at each record", { why: "the page could not be looked at as a whole", error });
    const found: Image[] = [];
    await inParallel(
      refs.filter((ref) => ref.kind === "image"),
      async ({ imageId }) => {
        // One that cannot be read fails as a suspect, and is counted there.
        const image = await images.find(imageId).catch(() => undefined);
        if (image?.id === imageId) found.push(image);
      },
    );
    return { images: found, suspects: refs };
  }
}
