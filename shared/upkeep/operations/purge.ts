import type { Clock } from "../../clock.ts";
import type { Image } from "../../images/domain/image.ts";
import { hasEnded } from "../../images/domain/transfer.ts";
import { waitingDeletions } from "../../images/operations/bytes/waiting-deletions.ts";
import type { DeletedImage, DeletedImages } from "../../images/ports/deleted-images.ts";
import type { Deletions } from "../../images/ports/deletions.ts";
import type { ImageStore } from "../../images/ports/image-store.ts";
import type { MemberStore } from "../../images/ports/member-store.ts";
import type { Settings } from "../../settings.ts";
import type { Decision } from "./job-run.ts";
import { type FencePorts, mayDelete } from "./restore-fence.ts";
import type { Job } from "./run-job.ts";
import { walkDeleted } from "./walk-deleted.ts";

export interface PurgePorts extends FencePorts {
  readonly images: ImageStore & MemberStore & Deletions;
  readonly deletedImages: DeletedImages;
  readonly clock: Clock;
  readonly settings: Settings;
}

const DAY_MS = 86_400_000;
/** A transaction takes 100 items: the image, and up to three for each member. */
const MEMBERS_AT_ONCE = 30;
/** Images at the same time. */
const AT_ONCE = 4;
const MOST_DELETIONS = 20_000;

/**
 * Images of which bytes still wait to be deleted: what is purged could not tell any more whose they were. Undefined
 * when there are so many that deleting cannot work as it should: then nothing is purged.
 */
async function imagesWithBytes({ images }: PurgePorts): Promise<ReadonlySet<string> | undefined> {
  const ids = new Set<string>();
  let count = 0;
  for await (const { image_id } of waitingDeletions(images)) {
    if (++count > MOST_DELETIONS) return undefined;
    ids.add(image_id);
  }
  return ids;
}

/** Removes members and transfers, then says so on the record. Throws RevisionConflict when somebody was faster. */
async function purgeLeftovers({ images, deletedImages }: PurgePorts, found: Image): Promise<void> {
  let image = found;
  const members = await images.members(image.id);
  for (let at = 0; at < members.length; at += MEMBERS_AT_ONCE) {
    const some = members.slice(at, at + MEMBERS_AT_ONCE);
    const after = { ...image, member_count: image.member_count - some.length };
    ({ image } = await images.commit({
      image: { before: image, after },
      writes: some.map((before) => ({ kind: "member", before, after: undefined })),
    }));
  }
  const transfers = await deletedImages.transfersOf(image.id);
  for (const transfer of transfers) if (hasEnded(transfer)) await deletedImages.forgetTransfer(transfer);
  if (!transfers.every(hasEnded))
    throw new Error(`image ${image.id} is deleted and a transfer of it is not over`);
  await images.commit({ image: { before: image, after: { ...image, leftovers_purged: true } } });
}

/**
 * The purge removes what is left of deleted images: members and transfers after `purge_age_in_days`, the record itself
 * after `purge_images_table_age_in_days`, when its id may be used again; never as long as bytes of it wait to be
 * deleted or may be recovered. At most `purge_max_rows` images a run. Conditional on the revision, so that an image that
 * is being recovered stays; safe to kill anywhere and to run twice at once.
 */
export const purge = (ports: PurgePorts): Job => ({
  name: "purge",
  run: async (run) => {
    // Without its record nobody could bring an image back that is there by now.
    if (!(await mayDelete(ports, run))) return;
    const { images, deletedImages, clock, settings } = ports;
    const withBytes = await imagesWithBytes(ports);
    if (!withBytes) {
      run.say("wait", { why: `more than ${MOST_DELETIONS} deletions wait` });
      return;
    }
    const ago = (days: number) => new Date(clock().getTime() - days * DAY_MS).toISOString();
    const recoverableSince = ago(settings.deleted_bytes_retention_days);

    const deleted = async ({ id, deletedAt }: DeletedImage): Promise<Image | undefined> => {
      const image = withBytes.has(id) ? undefined : await images.find(id);
      return image?.status === "deleted" && image.deleted_at === deletedAt ? image : undefined;
    };
    const judgeLeftovers = async (found: DeletedImage): Promise<Decision | undefined> => {
      const image = await deleted(found);
      if (!image) return undefined;
      const evidence = { deleted_at: image.deleted_at, members: image.member_count };
      const act = () => purgeLeftovers(ports, image);
      return { what: "purge leftovers", why: "deleted for purge_age_in_days", evidence, act };
    };
    const judgeRecord = async (found: DeletedImage): Promise<Decision | undefined> => {
      const image = await deleted(found);
      // Its last change is the one that cut its bytes loose.
      if (!image || (image.locations.length > 0 && image.updated_at > recoverableSince)) return undefined;
      const evidence = { deleted_at: image.deleted_at, revision: image.revision };
      const act = () => deletedImages.forget(image);
      return { what: "purge record", why: "deleted for purge_images_table_age_in_days", evidence, act };
    };

    const most = settings.purge_max_rows < 0 ? Number.POSITIVE_INFINITY : settings.purge_max_rows;
    const looked = await walkDeleted(deletedImages, run, {
      stage: "leftovers",
      dueBefore: ago(settings.purge_age_in_days),
      atOnce: AT_ONCE,
      most,
      judge: judgeLeftovers,
    });
    await walkDeleted(deletedImages, run, {
      stage: "record",
      dueBefore: ago(settings.purge_images_table_age_in_days),
      atOnce: AT_ONCE,
      most: most - looked,
      judge: judgeRecord,
    });
  },
});
