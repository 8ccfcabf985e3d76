import { deletionOf } from "../../../images/domain/deletion.ts";
import type { Decision } from "../job-run.ts";
import { isOld, orphansYoungSince } from "./age.ts";
import { claimOn } from "./claim.ts";
import type { Candidate } from "./orphan-cursor.ts";
import { ownerOfListed, seenOwners } from "./owners-seen.ts";
import type { ReaperPorts } from "./reaper-ports.ts";

type Ports = Pick<ReaperPorts, "images" | "inventories" | "orphans" | "clock" | "settings">;

/** What the store says now: when it was written, if that is known, and its mark; nothing where it is not there any more. */
async function storedNow(
  { inventories }: Ports,
  { store, key, uploadId }: Candidate,
): Promise<{ readonly since?: string | undefined; readonly etag?: string | undefined }> {
  if (uploadId !== undefined)
    return { since: (await inventories.findUpload(store, key, uploadId))?.startedAt };
  const found = await inventories.findBlob(store, key);
  return { since: found?.modifiedAt, etag: found?.etag };
}

/**
 * Looks at a candidate once more, in the store and in the table, and cuts it loose if it still belongs to nobody:
 * the deletion is written on condition that image and transfer are as they were read here, and the one operation
 * that deletes bytes does the rest.
 */
export async function judgeOrphan(
  ports: Ports,
  candidate: Candidate,
  pending: ReadonlySet<string>,
): Promise<Decision | undefined> {
  const { images, orphans, clock, settings } = ports;
  const { store, key, uploadId } = candidate;
  if (pending.has(key)) return undefined;
  const young = orphansYoungSince(clock(), settings.orphan_grace_days);
  const { since, etag } = await storedNow(ports, candidate);
  const owner = ownerOfListed({ key, etag });
  if (!owner || !isOld(since, young)) return undefined;
  const seen = await seenOwners(images, owner);
  if (claimOn(key, seen, young) !== undefined) return undefined;

  const upload = uploadId === undefined ? {} : { upload_id: uploadId };
  const mark = etag === undefined ? {} : { etag };
  const act = () =>
    orphans.scheduleDeletion(
      deletionOf({ image_id: owner.imageId, store, key, ...upload, ...mark }, clock()),
      seen,
    );
  const evidence = {
    store,
    since,
    ...upload,
    image: seen.image?.status ?? "none",
    transfer: seen.transfer?.state ?? "none",
  };
  return { what: "delete orphan", why: "no image, transfer or deletion refers to it", evidence, act };
}
