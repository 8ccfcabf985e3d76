import type { Image } from "../../../images/domain/image.ts";
import type { BlobStore } from "../../../images/ports/blob-store.ts";
import { type ImageStore, RevisionConflict } from "../../../images/ports/image-store.ts";
import type { MemberStore } from "../../../images/ports/member-store.ts";
import type { Stores } from "../../../images/ports/stores.ts";
import type { Decision } from "../job-run.ts";
import { lookAtPage } from "../records/look-at-page.ts";
import { type Updater, type UpdaterPorts, updater } from "../records/updater.ts";
import { inParallel } from "../records/walk-records.ts";
import { isOutdated, migrated } from "./image-steps.ts";

interface Ports extends UpdaterPorts {
  readonly images: Pick<ImageStore, "find" | "commit"> & Pick<MemberStore, "members">;
  readonly stores: Stores<Pick<BlobStore, "head">>;
}

/** So often somebody else may write an image between a step and its write. */
const ATTEMPTS = 5;

async function migrate(ports: Ports, id: string): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    const before = await ports.images.find(id);
    if (!before || !isOutdated(before)) return false;
    try {
      await ports.images.commit({ image: { before, after: await migrated(ports, before) } });
      return true;
    } catch (error) {
      if (!(error instanceof RevisionConflict) || attempt >= ATTEMPTS) throw error;
    }
  }
}

const judge = async (ports: Ports, { id, record_version }: Image): Promise<Decision> => ({
  what: "migrate record",
  why: "it is of an older version",
  evidence: { record_version },
  act: () => migrate(ports, id),
});

/**
 * Brings the records of all images to today's version, each by the steps between. Readers take both, and writers
 * leave a record's version as it is, so this can run while everything else does, more than once, and at any time.
 */
export const itemMigration = (ports: Ports): Updater =>
  updater(ports, "item-migration", async (run, refs) => {
    const ofImages = refs.filter(({ kind }) => kind === "image");
    const { images } = await lookAtPage(ports, run, ofImages);
    const old = images.filter(isOutdated);
    for (let n = old.length; n < refs.length; n++) run.tally.saw();
    await inParallel(old, (image) =>
      run.consider({ kind: "image", id: image.id }, () => judge(ports, image)),
    );
  });
