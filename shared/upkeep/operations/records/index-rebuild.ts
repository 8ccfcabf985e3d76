import type { ImageStore } from "../../../images/ports/image-store.ts";
import { lookAtPage, runSubjectOf } from "./look-at-page.ts";
import { judgeRecord } from "./mend-record.ts";
import { type Updater, type UpdaterPorts, updater } from "./updater.ts";
import { inParallel } from "./walk-records.ts";

interface Ports extends UpdaterPorts {
  readonly images: Pick<ImageStore, "find">;
}

/**
 * Writes every entry that an image, a member or an open transfer must have and has not, and removes those that
 * belong to nothing; each write on condition that the image or transfer is as it was read.
 */
export const indexRebuild = (ports: Ports): Updater =>
  updater(ports, "index-rebuild", async (run, refs) => {
    const { suspects } = await lookAtPage(ports, run, refs);
    for (let n = suspects.length; n < refs.length; n++) run.tally.saw();
    await inParallel(suspects, (ref) => run.consider(runSubjectOf(ref), () => judgeRecord(ports, ref)));
  });
