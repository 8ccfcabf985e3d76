import { type Deletion, deletionOf } from "../../../../images/domain/deletion.ts";
import type { FindingEvidence } from "../../../../images/domain/finding.ts";
import { bytesIn, type Image } from "../../../../images/domain/image.ts";
import { FIRST_STORE, type StoredBytes } from "../../../../images/domain/location.ts";
import { waitingDeletions } from "../../../../images/operations/bytes/waiting-deletions.ts";
import type { Decision } from "../../job-run.ts";
import { ownerOfKey, seenOwners } from "../../reaper/owners-seen.ts";
import { isYoung, type LightAudit, type LightAuditPorts, report } from "./light-ports.ts";

/** When so many deletions wait, whatever is left of an image can wait for the next pass. */
const MOST_PENDING = 10_000;
/** The reaper wakes a deletion every few minutes: one this old is stuck. */
const OVERDUE_MS = 86_400_000;

/** Whether a deletion names these bytes already; true when there are too many to tell. */
async function isPending({ images }: LightAuditPorts, key: string): Promise<boolean> {
  let seen = 0;
  for await (const deletion of waitingDeletions(images))
    if (deletion.key === key || ++seen > MOST_PENDING) return true;
  return false;
}

/** With their mark, as the store has them now. */
type LeftOver = StoredBytes & { readonly etag: string };

/** Bytes of a deleted image that are stored, though no deletion names them. */
async function leftOver({ ports }: LightAudit, image: Image): Promise<LeftOver[]> {
  const left: LeftOver[] = [];
  for (const bytes of bytesIn(image)) {
    const blobs = ports.stores.of(bytes);
    if (!(await blobs.head(bytes.key)) || (await isPending(ports, bytes.key))) continue;
    // A deletion that was done between the two looks is no half-finished one.
    const still = await blobs.head(bytes.key);
    if (still) left.push({ store: bytes.store, key: bytes.key, etag: still.etag });
  }
  return left;
}

const leftOverFinding = ({ id }: Image, { store, key }: StoredBytes, evidence: FindingEvidence) => ({
  kind: "bytes-left-over",
  subject: store === FIRST_STORE ? key : `${store}/${key}`,
  imageId: id,
  key,
  evidence: { store, key, ...evidence },
});

/** By a restored table: perhaps the image was brought back since. */
function reportLeftOver(audit: LightAudit, image: Image, left: readonly StoredBytes[]): Decision {
  const { deleted_at } = image;
  const act = async () => {
    for (const bytes of left) await report(audit, leftOverFinding(image, bytes, { deleted_at }), "open");
    return false;
  };
  return {
    what: "report left-over bytes",
    why: "the image is deleted, by a restored table",
    evidence: { keys: left.map(({ key }) => key), deleted_at },
    act,
  };
}

/**
 * A deleted image whose bytes are still stored while no deletion names them: its deletion was half done. The bytes go
 * the way of all bytes, by a deletion that is written on condition that image and transfer are as they were read here.
 */
export async function judgeDeleted(audit: LightAudit, listed: Image): Promise<Decision | undefined> {
  const { images, orphans, clock } = audit.ports;
  if (isYoung(audit.ports, listed.deleted_at ?? listed.updated_at)) return undefined;
  const left = await leftOver(audit, listed);
  const keys = left.map(({ key }) => key);
  if (keys.length === 0) return undefined;
  const evidence = { keys, deleted_at: listed.deleted_at };
  if (!audit.mayDelete) return reportLeftOver(audit, listed, left);
  const act = async (): Promise<boolean> => {
    let isCut = false;
    for (const { store, key, etag } of left) {
      const owner = ownerOfKey(key);
      if (owner === undefined) continue;
      const seen = await seenOwners(images, owner);
      if (seen.image?.status !== "deleted") continue;
      const deletion = deletionOf({ image_id: listed.id, store, key, etag }, clock());
      if (!(await orphans.scheduleDeletion(deletion, seen))) continue;
      isCut = true;
      const cut = { deleted_at: listed.deleted_at, deletion: deletion.id };
      await report(audit, leftOverFinding(listed, { store, key }, cut), "mended");
    }
    return isCut;
  };
  return { what: "finish deletion", why: "the image is deleted and its bytes are stored", evidence, act };
}

/** A deletion that has been waiting for a day although it is woken again and again. */
export async function judgeDeletion(audit: LightAudit, id: string): Promise<Decision | undefined> {
  const { images, queue, clock } = audit.ports;
  const deletion: Deletion | undefined = await images.findDeletion(id);
  if (!deletion || clock().getTime() - Date.parse(deletion.created_at) < OVERDUE_MS) return undefined;
  const { store, key, image_id, created_at } = deletion;
  const evidence = { store, key, created_at };
  const act = async () => {
    if (audit.mayDelete) await queue.deleteBytes({ deletionId: id });
    await report(audit, { kind: "deletion-overdue", subject: id, imageId: image_id, key, evidence }, "open");
    return audit.mayDelete;
  };
  return { what: "wake deletion", why: "its bytes have not been deleted for a day", evidence, act };
}
