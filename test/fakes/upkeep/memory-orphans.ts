import { imageOfKey, keyOwnerOf } from "../../../shared/images/domain/object-key.ts";
import type { Orphans } from "../../../shared/upkeep/ports/orphans.ts";
import type { memoryImageStore } from "../images/memory-image-store.ts";

/** Orphans cut loose in the memory of an image store. */
export const memoryOrphans = ({
  images,
  transfers,
  deletions,
}: Pick<ReturnType<typeof memoryImageStore>, "images" | "transfers" | "deletions">): Orphans => ({
  scheduleDeletion: async (deletion, seen) => {
    const imageId = imageOfKey(deletion.key);
    if (imageId === undefined) throw new Error(`the key ${deletion.key} names no image`);
    const transferId = keyOwnerOf(deletion.key)?.transferId ?? seen.transfer?.id ?? "";
    const isSame =
      images.get(imageId)?.revision === seen.image?.revision &&
      transfers.get(transferId)?.revision === seen.transfer?.revision;
    if (isSame) deletions.set(deletion.id, deletion);
    return isSame;
  },
});
