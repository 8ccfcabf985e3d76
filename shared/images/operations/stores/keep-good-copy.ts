import { Forbidden } from "../../../errors.ts";
import { isOwn, type Location } from "../../domain/location.ts";

/** Whether an image that loses a place has a good one left (see below). */
export const isGoodCopyLeft = (removed: Location, left: readonly Location[]): boolean =>
  left.some((place) => place.damaged === undefined && (isOwn(place) || !isOwn(removed)));

/**
 * The guard of everything that takes one place away from an image: after it, the image has a good one left. Bytes of
 * ours are deleted with their place, so a good one must be another of ours: what callers register is never compared with
 * the image's hashes, and may differ or be gone tomorrow. A registered place is no bytes of ours: for it another
 * registered one is enough. Throws Forbidden.
 */
export function requireGoodCopyLeft(removed: Location, left: readonly Location[]): void {
  if (isGoodCopyLeft(removed, left)) return;
  const why = left.some(({ damaged }) => damaged === undefined)
    ? "the data at other hosts was not compared with the image's hashes"
    : "audits have found the data in the image's other stores damaged";
  throw new Forbidden(
    `Cannot delete image data from ${removed.store}: ${why}. Let another store have a copy first (copies), or delete the image.`,
  );
}
