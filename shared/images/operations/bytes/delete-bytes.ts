import type { Clock } from "../../../clock.ts";
import type { Explain } from "../../../log.ts";
import { saysWhichBytes } from "../../domain/deletion.ts";
import { isInUse } from "../../domain/object-key.ts";
import type { BlobStore } from "../../ports/blob-store.ts";
import type { Deletions } from "../../ports/deletions.ts";
import type { ImageStore } from "../../ports/image-store.ts";
import type { PresigningStore } from "../../ports/presigning-store.ts";
import type { Stores } from "../../ports/stores.ts";

interface Ports {
  readonly images: Pick<ImageStore, "find"> & Deletions;
  readonly stores: Stores<Pick<BlobStore, "delete"> & Partial<Pick<PresigningStore, "abortUpload">>>;
  readonly clock: Clock;
}

/** Longer than the 60 s that a run of the delete worker can last, so that two never work on the same bytes. */
const CLAIM_MS = 90_000;

/**
 * The one operation that deletes image bytes. It acts only on a committed deletion, and never on an object that
 * an image still refers to. Idempotent. A deletion that another run has in hand is left to it: when the record is
 * gone, nobody is about to delete these bytes any more, and they can be brought back. Returns what it did, and
 * explains it.
 */
export const deleteBytes =
  ({ images, stores, clock }: Ports) =>
  async (
    deletionId: string,
    explain: Explain = () => {},
  ): Promise<"removed" | "nothing to do" | "refused" | "in other hands"> => {
    const deletion = await images.findDeletion(deletionId);
    if (!deletion) {
      explain({ why: "no such deletion waits: another run has done it", evidence: {} });
      return "nothing to do";
    }
    const image = await images.find(deletion.image_id);
    const because = (why: string) =>
      explain({
        image_id: deletion.image_id,
        why,
        evidence: {
          store: deletion.store,
          object_key: deletion.key,
          image_status: image?.status ?? null,
          cut_loose_at: deletion.created_at,
          ...(deletion.upload_id !== undefined && { upload_id: deletion.upload_id }),
        },
      });
    if (image && isInUse(image, deletion)) {
      because("the image still refers to these bytes");
      return "refused";
    }
    // One that is not there throws: the deletion stays, unclaimed, for whoever has the store again.
    const blobs = stores.of(deletion);
    // Whoever brings the image back does so when this record is gone: then it cannot be claimed any more.
    const now = clock();
    const claim = { now, until: new Date(now.getTime() + CLAIM_MS) };
    if (!(await images.claimDeletion(deletionId, claim))) {
      because("another run has this deletion in hand");
      return "in other hands";
    }
    because("no image refers to these bytes");
    // The upload first: once it is gone, nobody can complete it into an object behind our back. Stores without uploads
    // have none to abort.
    if (deletion.upload_id !== undefined) await blobs.abortUpload?.(deletion.key, deletion.upload_id);
    if (saysWhichBytes(deletion)) await blobs.delete(deletion.key, deletion.etag);
    await images.removeDeletion(deletion.id);
    return "removed";
  };
