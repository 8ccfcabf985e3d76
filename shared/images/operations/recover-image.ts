import type { WorkQueue } from "../../aws/work-queue.ts";
import type { Caller } from "../../caller.ts";
import type { Clock } from "../../clock.ts";
import { Conflict, Gone } from "../../errors.ts";
import type { Image } from "../domain/image.ts";
import { isOwn } from "../domain/location.ts";
import { imageNamedBy, keyOwnerOf } from "../domain/object-key.ts";
import { recoveredStatus } from "../domain/status.ts";
import type { Change } from "../ports/change.ts";
import { RevisionConflict } from "../ports/image-store.ts";
import { hintDeletions } from "./bytes/hinting-deletions.ts";
import { anyImage, deleteAgain, type RestorePorts, requireContextAdmin, restore } from "./restore-image.ts";
import { deletionsOf, requireNoDeletion } from "./restored-places.ts";
import { updateWithRetry } from "./update-with-retry.ts";

interface RecoverPorts extends RestorePorts {
  readonly queue: WorkQueue;
}

function takenBack(clock: Clock, image: Image): Change {
  if (image.status !== "deleted" || image.locations.length === 0) {
    const why = image.status === "deleted" ? "it had no data" : `it is ${image.status}, not deleted`;
    throw new Conflict(`cannot recover image ${image.id}: ${why}`);
  }
  const at = clock().toISOString();
  // What was deleted in a folder is gone at once.
  const locations = image.locations.filter(({ key }) => imageNamedBy(key) === undefined);
  if (locations.length === 0)
    throw new Gone(
      `The bytes of image ${image.id} are not kept any more: they lay in a folder, which keeps nothing that was deleted.`,
    );
  const after: Image = {
    ...image,
    locations,
    status: recoveredStatus(image.status),
    deleted_at: at,
    updated_at: at,
  };
  return { image: { before: image, after } };
}

/** As it was before the recovery began; whoever has changed the image meanwhile has the last word. */
async function giveUp({ images, queue }: RecoverPorts, before: Image, pending: Image): Promise<void> {
  const after: Image = { ...before, revision: pending.revision };
  await images.commit({ image: { before: pending, after } }).catch((error: unknown) => {
    if (!(error instanceof RevisionConflict)) throw error;
  });
  // Meanwhile the image still referred to its bytes, and a run that wanted to delete them was refused.
  await hintDeletions(queue, await deletionsOf(images, before));
}

/**
 * Makes a deleted image what it was as long as the store keeps its bytes; for admins.
 *
 *     deleted ──► pending_delete      from here on nobody deletes bytes that it refers to
 *                 no deletion of them is under way; their delete markers are removed
 *                 pending_delete ──► what it was, as in a restoration
 *
 * Killed on the way it is in `pending_delete`, to be restored or scrubbed again. Throws Conflict for other images and
 * while the deletion of its bytes is not done, Gone when they are not kept any more.
 */
export const recoverImage =
  (ports: RecoverPorts) =>
  async (caller: Caller, id: string): Promise<void> => {
    const { images, queue, clock } = ports;
    requireContextAdmin(caller);
    const found = { image: await anyImage(images, id) };
    if (found.image.status === "deleted") await requireNoDeletion(ports, found.image);
    let before = found.image;
    const { image: pending } = await updateWithRetry(
      images,
      async () => ({ image: await anyImage(images, id) }),
      ({ image }) => {
        before = image;
        return takenBack(clock, image);
      },
      found,
    );
    let restored: Image;
    try {
      // Looks for deletions once more: only now nobody begins one any more.
      restored = await restore(ports, id);
    } catch (error) {
      if (error instanceof Conflict || error instanceof Gone) {
        await giveUp(ports, before, pending);
        if (error instanceof Gone) await deleteAgain(ports, id);
      }
      throw error;
    }
    // Nobody looked at the bytes while they were deleted: those that were never verified are verified now.
    for (const { key } of restored.locations.filter(isOwn)) {
      const owner = keyOwnerOf(key);
      if (owner)
        await queue.finalize({ imageId: id, transferId: owner.transferId }, 0).catch(() => undefined);
    }
  };
