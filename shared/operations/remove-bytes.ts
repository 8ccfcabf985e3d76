import { keysInUse } from "../domain/object-key.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import type { ImageStore } from "../ports/image-store.ts";

/**
 * The one operation that deletes image bytes. It acts only on a committed deletion, and never on an object that
 * an image still refers to. Idempotent; safe to run twice at once. Returns what it did.
 */
export const removeBytes =
  ({ images, blobs }: { images: ImageStore; blobs: BlobStore }) =>
  async (deletionId: string): Promise<"removed" | "nothing to do" | "refused"> => {
    const deletion = await images.findDeletion(deletionId);
    if (!deletion) return "nothing to do";
    const image = await images.find(deletion.image_id);
    if (image && keysInUse(image).includes(deletion.key)) return "refused";
    // The upload first: once it is gone, nobody can complete it into an object behind our back.
    if (deletion.upload_id !== undefined) await blobs.abortUpload(deletion.key, deletion.upload_id);
    await blobs.delete(deletion.key);
    await images.removeDeletion(deletion.id);
    return "removed";
  };
