import type { Clock } from "../../clock.ts";
import { Conflict, Gone } from "../../errors.ts";
import { type Deletion, isDeletionOf } from "../domain/deletion.ts";
import { bytesIn, type Image } from "../domain/image.ts";
import { isOwn, type Location } from "../domain/location.ts";
import { imageNamedBy } from "../domain/object-key.ts";
import type { DeletedBlobs } from "../ports/deleted-blobs.ts";
import type { Deletions } from "../ports/deletions.ts";
import type { Stores } from "../ports/stores.ts";
import { waitingDeletions } from "./bytes/waiting-deletions.ts";

// What stores can still give back of a deleted image, for its restoration.

/** The deletions of this image's bytes that are not done. */
export async function deletionsOf(images: Deletions, image: Image): Promise<Deletion[]> {
  const found: Deletion[] = [];
  for await (const deletion of waitingDeletions(images))
    if (bytesIn(image).some((bytes) => isDeletionOf(deletion, bytes))) found.push(deletion);
  return found;
}

const isGood = (place: Location): boolean => isOwn(place) && place.damaged === undefined;

/** A deletion that is older waits for its store, which is down or was removed: its message's tries are used up by then. */
const STUCK_MS = 3_600_000;

/**
 * Whoever carries a deletion out may have looked at the image before it was brought back: Conflict is thrown while one
 * waits. But for those of stores that have failed for long: an image with a good place elsewhere is given up there, so
 * that its other stores may give it back before their retention ends. Returns such deletions.
 */
export async function requireNoDeletion(
  { images, clock }: { readonly images: Deletions; readonly clock: Clock },
  image: Image,
): Promise<readonly Deletion[]> {
  const waiting = await deletionsOf(images, image);
  const since = new Date(clock().getTime() - STUCK_MS).toISOString();
  const isFree = (place: Location) => !waiting.some((deletion) => isDeletionOf(deletion, place));
  const isStuck = waiting.every(({ created_at }) => created_at < since);
  if (waiting.length > 0 && !(isStuck && image.locations.some((place) => isGood(place) && isFree(place))))
    throw new Conflict(`The bytes of image ${image.id} are being deleted; try again in some minutes.`);
  return waiting;
}

/**
 * The locations whose bytes are there, or are there again. What a store no longer keeps is lost for good: one copy is
 * enough to bring the image back. So it is beside stores that cannot be asked: what they have stays a place of the image,
 * and audits say what it is when they are back. Throws Gone when there is none, and without staged bytes; what a store
 * throws that fails, where no good copy is kept elsewhere.
 */
export async function keptLocations(
  deletedBlobs: Stores<DeletedBlobs>,
  { id, locations, staged }: Image,
  waiting: readonly Deletion[],
): Promise<readonly Location[]> {
  const isKept = async (bytes: Location): Promise<boolean> =>
    !isOwn(bytes) ||
    // A folder keeps nothing, and nothing of it was deleted: whoever recovers has left out such places.
    imageNamedBy(bytes.key) !== undefined ||
    (await deletedBlobs.of(bytes).bringBack(bytes.key))?.size === bytes.size;
  const kept: Location[] = [];
  const unknown: Location[] = [];
  let failure: unknown;
  const rest = locations.filter((location) => !waiting.some((each) => isDeletionOf(each, location)));
  for (const location of rest)
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
export function asFarAsGood(
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
