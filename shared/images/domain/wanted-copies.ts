import type { Image } from "./image.ts";
import { listedStores } from "./import-lock.ts";
import { isOwn, type Location, type StoredBytes } from "./location.ts";

/** The property by which an admin says of one image which stores are to have it, instead of the setting. */
export const COPIES_PROPERTY = "os_glance_copies";

/** A copy that an image lacks. */
export interface MissingCopy {
  readonly store: string;
  /** The store has the bytes, and they are damaged. */
  readonly replaces?: StoredBytes;
}

/** Whether its bytes have been read and found to be what is recorded: before that, a copy may be one of rubbish. */
function isProved({ integrity }: Image): boolean {
  const { stated_at, verified_at, audited_at, mismatch, quarantined } = integrity;
  if (mismatch !== undefined || quarantined !== undefined) return false;
  return stated_at === undefined || verified_at !== undefined || audited_at !== undefined;
}

/** Our places of an image of which nothing bad is known: what copies are made of. */
export const goodPlaces = ({ locations }: Image): readonly Location[] =>
  locations.filter((location) => isOwn(location) && location.damaged === undefined);

/**
 * What an image lacks of its copies. Only active images get more of them, as by Glance's copy-image
 * (docs/reference/image-api.md, "Stores"), and only when their bytes have been verified. A damaged place is mended
 * wherever something may be written (`takes`), and while the image is deactivated, too, as long as there is a good one.
 * Nothing is lacking of a deleted image, nor in a store to which an import is bringing it: it would be copied twice. A copy
 * that nobody wants any more is left where it is.
 */
export function missingCopies(
  image: Image,
  wanted: readonly string[],
  takes: (store: string) => boolean,
): readonly MissingCopy[] {
  const { status, locations } = image;
  if ((status !== "active" && status !== "deactivated") || goodPlaces(image).length === 0) return [];
  const mended = locations
    .filter(({ store, damaged }) => damaged !== undefined && takes(store))
    .map(({ store, key }): MissingCopy => ({ store, replaces: { store, key } }));
  if (status !== "active" || !isProved(image)) return mended;
  const { importing } = listedStores(image);
  const absent = wanted.filter(
    (id) => !importing.includes(id) && !locations.some(({ store }) => store === id),
  );
  return [...mended, ...absent.map((store): MissingCopy => ({ store }))];
}
