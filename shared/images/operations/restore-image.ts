import type { Caller } from "../../caller.ts";
import type { Clock } from "../../clock.ts";
import { Conflict, Gone } from "../../errors.ts";
import { hasProjectScope, isContextAdmin } from "../../policy/ask.ts";
import { PolicyDenied } from "../../policy/policy-denied.ts";
import { type Deletion, deletionOf } from "../domain/deletion.ts";
import { bytesIn, type Image } from "../domain/image.ts";
import { imageEvent } from "../domain/image-events.ts";
import { isOwn, type Location } from "../domain/location.ts";
import { transition } from "../domain/status.ts";
import { ImageNotFound } from "../policy/image-policy.ts";
import { type Change, deletionWrite } from "../ports/change.ts";
import type { DeletedBlobs } from "../ports/deleted-blobs.ts";
import type { Deletions } from "../ports/deletions.ts";
import type { ImageStore } from "../ports/image-store.ts";
import type { Stores } from "../ports/stores.ts";
import { waitingDeletions } from "./bytes/waiting-deletions.ts";
import { bytesOf } from "./delete-image.ts";
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

/** The deletions of this image's bytes that are not done. */
export async function deletionsOf(images: Deletions, image: Image): Promise<Deletion[]> {
  const found: Deletion[] = [];
  for await (const deletion of waitingDeletions(images))
    if (bytesIn(image).some(({ key }) => key === deletion.key)) found.push(deletion);
  return found;
}

/** Whoever carries a deletion out may have looked at the image before it was brought back. Throws Conflict. */
export async function requireNoDeletion(images: Deletions, image: Image): Promise<void> {
  if ((await deletionsOf(images, image)).length > 0)
    throw new Conflict(`The bytes of image ${image.id} are being deleted; try again in some minutes.`);
}

const isGood = (place: Location): boolean => isOwn(place) && place.damaged === undefined;

/**
 * The locations whose bytes are there, or are there again. What a store no longer keeps is lost for good: one copy is
 * enough to bring the image back. So it is beside stores that cannot be asked: what they have stays a place of the image,
 * and audits say what it is when they are back. Throws Gone when there is none, and without staged bytes; what a store
 * throws that fails, where no good copy is kept elsewhere.
 */
async function keptLocations(
  deletedBlobs: Stores<DeletedBlobs>,
  { id, locations, staged }: Image,
): Promise<readonly Location[]> {
  const isKept = async (bytes: Location): Promise<boolean> =>
    !isOwn(bytes) || (await deletedBlobs.of(bytes).bringBack(bytes.key))?.size === bytes.size;
  const kept: Location[] = [];
  const unknown: Location[] = [];
  let failure: unknown;
  for (const location of locations)
    try {
      if (await isKept(location)) kept.push(location);
    } catch (error) {
      unknown.push(location);
      failure ??= error;
    }
  if (unknown.length > 0 && !kept.some(isGood)) throw failure;
  const isLost = (locations.length > 0 && kept.length === 0) || (staged && !(await isKept(staged)));
  if (isLost) throw new Gone(`The bytes of image ${id} are not kept any more: it cannot be brought back.`);
  return locations.filter((location) => kept.includes(location) || unknown.includes(location));
}

/** In quarantine where its own bytes are all damaged or lost: it was in use by a good copy that is not kept any more. */
function asFarAsGood(
  image: Image,
  locations: readonly Location[],
  at: string,
): Pick<Image, "status" | "locations" | "integrity"> {
  const status = image.status_before_delete ?? "active";
  if (!image.locations.some(isOwn) || locations.some(isGood))
    return { status, locations, integrity: image.integrity };
  const damaged = locations.find(isOwn);
  const reason = damaged?.damaged?.reason ?? "object-missing";
  const evidence = { by: "a restoration: no good copy is kept", store: damaged?.store ?? null };
  return {
    status: "deactivated",
    // The only copy carries no mark: its image does.
    locations: locations.length > 1 ? locations : locations.map(({ damaged: _, ...place }) => place),
    integrity: { ...image.integrity, quarantined: image.integrity.quarantined ?? { at, reason, evidence } },
  };
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

/**
 * The image as it was, or deactivated in quarantine when no good copy of it is left; copies that are lost leave it, and
 * whatever may lie there in their place goes.
 */
function restored({ clock }: RestorePorts, image: Image, locations: readonly Location[]): Change {
  if (image.status !== "pending_delete") {
    const hint = image.status === "deleted" ? " (as long as its bytes are kept it can be recovered)" : "";
    throw new Conflict(`cannot restore the image from ${image.status} to active${hint}`);
  }
  const now = clock();
  const lost = image.locations.filter((location) => !locations.includes(location));
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
  const writes = lost.map(({ store, key }) =>
    deletionWrite(deletionOf({ image_id: image.id, store, key }, now)),
  );
  return { image: { before: image, after }, writes, events: [imageEvent("image.update", after)] };
}

/** An image of `pending_delete` what it was, as soon as its bytes are sure to be there, and to stay. Returns it. */
export async function restore(ports: RestorePorts, id: string): Promise<Image> {
  const { images, deletedBlobs } = ports;
  let touched = false;
  const read = async () => {
    const image = await anyImage(images, id);
    if (image.status !== "pending_delete") return { image, locations: image.locations };
    await requireNoDeletion(images, image);
    touched = true;
    return { image, locations: await keptLocations(deletedBlobs, image) };
  };
  try {
    const { image } = await updateWithRetry(images, read, ({ image: before, locations }) =>
      restored(ports, before, locations),
    );
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
