import type { WorkQueue } from "../../aws/work-queue.ts";
import type { Clock } from "../../clock.ts";
import type { Image } from "../../images/domain/image.ts";
import { type CopyPolicy, lackingCopies } from "../../images/operations/copies/lacking-copies.ts";
import type { ImageLists, ImageStore } from "../../images/ports/image-store.ts";
import type { Settings } from "../../settings.ts";
import type { Checkpoints } from "../ports/checkpoints.ts";
import type { Decision } from "./job-run.ts";
import { openPass } from "./pass.ts";
import type { Job } from "./run-job.ts";

export interface CopiesPorts extends CopyPolicy {
  readonly images: Pick<ImageStore, "find">;
  readonly lists: ImageLists;
  readonly queue: Pick<WorkQueue, "copy">;
  readonly checkpoints: Checkpoints;
  readonly clock: Clock;
  readonly settings: Pick<Settings, "copies" | "copies_interval">;
}

export const COPIES = "copies";
/** To be raised when the cursor changes. */
const SCHEMA_VERSION = 1;
const IMAGES_BETWEEN_SAVES = 500;

interface Cursor {
  /** The last image that is done. */
  readonly after?: Pick<Image, "id" | "name" | "created_at">;
}

/** A message for the worker, where an image lacks copies, as it is now. */
async function judge(ports: CopiesPorts, listed: Image): Promise<Decision | undefined> {
  if (lackingCopies(ports, listed).length === 0) return undefined;
  const image = await ports.images.find(listed.id);
  const missing = image ? lackingCopies(ports, image) : [];
  if (missing.length === 0) return undefined;
  const damaged = missing.filter(({ replaces }) => replaces).map(({ store }) => store);
  return {
    what: "send copy",
    why: damaged.length > 0 ? "a copy of it is damaged" : "it is not in all stores that are to have it",
    evidence: { stores: missing.map(({ store }) => store).join(", "), damaged: damaged.join(", ") },
    act: () => ports.queue.copy({ imageId: listed.id }, 0),
  };
}

/**
 * The net under the copy worker: walks over all images, and sends a message for each that lacks a copy or has a damaged
 * one. It finds those of before the setting, and those whose message was lost or came too often in vain. It changes
 * nothing by itself, so two at once cost messages only, and the worker has one run at a time on a copy.
 */
export const copiesJob = (ports: CopiesPorts): Job => ({
  name: COPIES,
  run: async (run) => {
    // Without several stores nothing can lack anything.
    if (!ports.configured.named) return;
    const pass = await openPass<Cursor>(ports, run, {
      name: COPIES,
      schemaVersion: SCHEMA_VERSION,
      everySeconds: ports.settings.copies_interval,
      start: {},
    });
    if (!pass) return;
    let { cursor } = pass;
    let looked = 0;
    const images = ports.lists.list({
      scopes: [{ kind: "everything" }],
      sortKey: "created_at",
      direction: "asc",
      expected: 100,
      ...(cursor.after && { after: cursor.after }),
    });
    for await (const image of images) {
      if (!run.bounds.isLeft()) {
        run.leavesRest();
        return pass.save(cursor);
      }
      run.bounds.spend({ objects: 1 });
      await run.consider({ kind: "image", id: image.id }, () => judge(ports, image));
      const { id, name, created_at } = image;
      cursor = { after: { id, name, created_at } };
      if (++looked % IMAGES_BETWEEN_SAVES === 0) await pass.save(cursor);
    }
    await pass.end();
  },
});
