import type { Image } from "../../domain/image.ts";
import { isOwn } from "../../domain/location.ts";
import { keyOwnerOf } from "../../domain/object-key.ts";
import type { KnownUpload } from "../../domain/provenance-statement.ts";
import type { TransferStore } from "../../ports/transfer-store.ts";

/**
 * The upload that brought an image's bytes, found by their keys; null where none is on record: of imports, of bytes in a
 * folder, and of copies whose original is gone.
 */
export async function knownUpload(
  transfers: Pick<TransferStore, "findWithTransfer">,
  { id, locations }: Image,
): Promise<KnownUpload | null> {
  for (const { key } of locations.filter(isOwn)) {
    const owner = keyOwnerOf(key);
    if (owner?.imageId !== id) continue;
    const { transfer } = await transfers.findWithTransfer(id, owner.transferId);
    if (transfer?.begun_by === undefined || transfer.copy || transfer.import) continue;
    const { user_id, project_id } = transfer.begun_by;
    return { begun_at: transfer.created_at, user_id, project_id };
  }
  return null;
}
