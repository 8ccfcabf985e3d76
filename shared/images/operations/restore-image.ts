import type { Caller } from "../../caller.ts";
import type { Clock } from "../../clock.ts";
import { Conflict } from "../../errors.ts";
import { hasProjectScope, isContextAdmin } from "../../policy/ask.ts";
import { PolicyDenied } from "../../policy/policy-denied.ts";
import { bytesToDelete, type Deletion, deletionOf, isDeletionOf } from "../domain/deletion.ts";
import type { Image } from "../domain/image.ts";
import { imageEvent } from "../domain/image-events.ts";
import type { Location } from "../domain/location.ts";
import { transition } from "../domain/status.ts";
import { ImageNotFound } from "../policy/image-policy.ts";
import { type Change, deletionWrite } from "../ports/change.ts";
import type { DeletedBlobs } from "../ports/deleted-blobs.ts";
import type { Deletions } from "../ports/deletions.ts";
import type { ImageStore } from "../ports/image-store.ts";
import type { Stores } from "../ports/stores.ts";
import { bytesOf } from "./delete-image.ts";
import { asFarAsGood, keptLocations, requireNoDeletion } from "./restored-places.ts";
import { updateWithRetry } from "./update-with-retry.ts";

export interface RestorePorts {
  readonly images: ImageStore & Deletions;
  readonly deletedBlobs: Stores<DeletedBlobs>;
  readonly clock: Clock;
}

/** Before any look-up: a refusal must not tell whether there was such an image. */
export function requireContextAdmin(caller: Caller): void {
  if (!hasProjectScope(caller) || !isContextAdmin(caller)) throw new PolicyDenied("context_is_admin");
}

/** Deleted images as well. Throws ImageNotFound. */
export async function anyImage(images: Pick<ImageStore, "find">, id: string): Promise<Image> {
  const image = await images.find(id);
  if (!image) throw new ImageNotFound(id);
  return image;
}

/** Bytes that were brought back for an image which is `deleted` by now go the way of all bytes. */
export async function deleteAgain({ images, clock }: RestorePorts, id: string): Promise<void> {
  await updateWithRetry(
    images,
    async () => ({ image: await anyImage(images, id) }),
    ({ image }) => {
      const now = clock();
      const after: Image = { ...image, updated_at: now.toISOString() };
      return image.status === "deleted"
        ? { image: { before: image, after }, writes: bytesOf(image, now).map(deletionWrite) }
        : undefined;
    },
  );
}

/** An image with what its stores have given back. */
interface Brought {
  readonly image: Image;
  readonly locations: readonly Location[];
  /** Deletions of places that it is without from now on. */
  readonly waiting: readonly Deletion[];
}

/**
 * The image as it was, or deactivated in quarantine when no good copy of it is left; copies that are lost leave it, and
 * whatever may lie there in their place goes.
 */
function restored({ clock }: RestorePorts, { image, locations, waiting }: Brought): Change {
  if (image.status !== "pending_delete") {
    const hint = image.status === "deleted" ? " (as long as its bytes are kept it can be recovered)" : "";
    throw new Conflict(`cannot restore the image from ${image.status} to active${hint}`);
  }
  const now = clock();
  const isWaiting = (place: Location) => waiting.some((deletion) => isDeletionOf(deletion, place));
  const lost = image.locations.filter((place) => !locations.includes(place) && !isWaiting(place));
  const found = asFarAsGood(image, locations, now.toISOString());
  const after: Image = {
    ...image,
    ...found,
    status: transition(image.status, found.status),
    status_before_delete: null,
    leftovers_purged: false,
    deleted_at: null,
    updated_at: now.toISOString(),
  };
  const writes = lost.map((place) =>
    deletionWrite(deletionOf({ image_id: image.id, ...bytesToDelete(place) }, now)),
  );
  return { image: { before: image, after }, writes, events: [imageEvent("image.update", after)] };
}

/** An image of `pending_delete` what it was, as soon as its bytes are sure to be there, and to stay. Returns it. */
export async function restore(ports: RestorePorts, id: string): Promise<Image> {
  const { images, deletedBlobs } = ports;
  let touched = false;
  const read = async (): Promise<Brought> => {
    const image = await anyImage(images, id);
    if (image.status !== "pending_delete") return { image, locations: image.locations, waiting: [] };
    const waiting = await requireNoDeletion(ports, image);
    touched = true;
    return { image, waiting, locations: await keptLocations(deletedBlobs, image, waiting) };
  };
  try {
    const { image } = await updateWithRetry(images, read, (found) => restored(ports, found));
    return image;
  } catch (error) {
    // A scrub has won, and we may have brought back what it had deleted.
    if (touched) await deleteAgain(ports, id);
    throw error;
  }
}

/**
 * Makes an image that waits in `pending_delete` what it was, with all that it had; for admins. Of a restoration and a
 * scrub at the same time exactly one wins, by the image's revision. Throws Conflict for an image in another status,
 * and while a deletion of its bytes waits, which a recovery that was killed may leave beside it until the scrub.
 */
export const restoreImage =
  (ports: RestorePorts) =>
  async (caller: Caller, id: string): Promise<void> => {
    requireContextAdmin(caller);
    await restore(ports, id);
  };
