import { eachAtOnce } from "../../each-at-once.ts";
import type { DeletedImage, DeletedImages, DeletedStage } from "../../images/ports/deleted-images.ts";
import type { Decision, JobRun } from "./job-run.ts";

/** What a job does with deleted images of one stage. */
export interface Work {
  readonly stage: DeletedStage;
  /** ISO 8601: those deleted by then are due. */
  readonly dueBefore: string;
  /** Images at the same time. */
  readonly atOnce: number;
  /** Most images. */
  readonly most?: number;
  readonly judge: (image: DeletedImage) => Promise<Decision | undefined>;
}

const PAGE = 100;

/**
 * Walks the deleted images of a stage, deleted longest ago first, and acts on those that are due. What fails stays
 * where it is for the next run. Needs no place to go on from: what is done is not found again. Returns how many it
 * looked at.
 */
export async function walkDeleted(deletedImages: DeletedImages, run: JobRun, work: Work): Promise<number> {
  const { stage, dueBefore, atOnce, most = Number.POSITIVE_INFINITY, judge } = work;
  let looked = 0;
  let after: string | undefined;
  for (;;) {
    const page = await deletedImages.waiting(stage, PAGE, after);
    const due = page.images.filter(({ deletedAt }) => deletedAt <= dueBefore).slice(0, most - looked);
    await eachAtOnce(due, atOnce, async (image) => {
      if (!run.bounds.isLeft()) return false;
      run.bounds.spend({ objects: 1 });
      looked++;
      await run.consider({ kind: "image", id: image.id, since: image.deletedAt }, () => judge(image));
      return true;
    });
    after = page.next;
    if (after === undefined || due.length < page.images.length || !run.bounds.isLeft()) return looked;
  }
}
