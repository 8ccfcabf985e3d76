import { imageNamedBy, type KeyOwner, keyOwnerOf } from "../../../images/domain/object-key.ts";
import type { ListedBlob } from "../../ports/blob-inventory.ts";
import type { OwnersSeen } from "../../ports/orphans.ts";
import type { ReaperPorts } from "./reaper-ports.ts";

/** Whose bytes a key names. One that is used again names the image alone. */
type Owner = Pick<KeyOwner, "imageId"> & Partial<KeyOwner>;

export function ownerOfKey(key: string): Owner | undefined {
  const imageId = imageNamedBy(key);
  return imageId === undefined ? keyOwnerOf(key) : { imageId };
}

/**
 * The same of what a store lists. A bare id is the key of an image only in a store that uses its keys again, which gives
 * marks: elsewhere this service makes no such keys, and what has one is somebody else's, a Glance's for example.
 */
export const ownerOfListed = ({
  key,
  etag,
}: Pick<ListedBlob, "key"> & { readonly etag?: string | undefined }): Owner | undefined =>
  etag === undefined && imageNamedBy(key) !== undefined ? undefined : ownerOfKey(key);

/** Image and transfer of a key, as they are now; of one that is used again the attempt that has the image in hand. */
export async function seenOwners(
  images: ReaperPorts["images"],
  { imageId, transferId }: Owner,
): Promise<OwnersSeen> {
  if (transferId !== undefined) return images.findWithTransfer(imageId, transferId);
  const image = await images.find(imageId);
  return image?.transfer_id == null
    ? { image, transfer: undefined }
    : images.findWithTransfer(imageId, image.transfer_id);
}
