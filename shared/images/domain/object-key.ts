import { bytesIn, type Image, isSameBytes } from "./image.ts";
import type { Location, StoredBytes } from "./location.ts";
import type { StoreType } from "./store.ts";

/** Whose bytes an object key names. */
export interface KeyOwner {
  readonly imageId: string;
  readonly transferId: string;
}

/** Each upload attempt has a key of its own, so that no two ever write the same object. */
export const objectKey = ({ imageId, transferId }: KeyOwner): string => `${imageId}/${transferId}`;

const uuid = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const form = new RegExp(`^(${uuid})/(${uuid})$`, "i");
const named = new RegExp(`^${uuid}$`, "i");

/** Undefined for a key that this service never makes: what lies there is not ours. */
export function keyOwnerOf(key: string): KeyOwner | undefined {
  const [, imageId, transferId] = form.exec(key) ?? [];
  return imageId !== undefined && transferId !== undefined ? { imageId, transferId } : undefined;
}

/**
 * The image that a key names which is used again for all of its bytes: a folder has one file for each image, under the
 * image's id, as Glance has it. Undefined for every other key. What is to be done to such bytes is said of their etag, too:
 * by their name they could be an earlier or a later attempt's.
 */
export const imageNamedBy = (key: string): string | undefined => (named.test(key) ? key : undefined);

/** The key under which a store has an attempt's bytes. */
export const keyIn = (type: StoreType | undefined, owner: KeyOwner): string =>
  type === "file" ? owner.imageId : objectKey(owner);

/** The image whose bytes a key names, whatever the form; undefined for a key that is not ours. */
export const imageOfKey = (key: string): string | undefined => imageNamedBy(key) ?? keyOwnerOf(key)?.imageId;

/** The bytes that an image needs. Everything that refers to bytes is said here: all else may be deleted. */
const bytesInUse = (image: Image): readonly Location[] => (image.status === "deleted" ? [] : bytesIn(image));

/** The keys of objects that an image needs, whichever store has them. */
export const keysInUse = (image: Image): string[] => bytesInUse(image).map(({ key }) => key);

/**
 * Whether an image needs just these bytes. Others of a key that is used again have another etag: of those that the image
 * has, it is known.
 */
export const isInUse = (image: Image, bytes: StoredBytes & { readonly etag?: string }): boolean =>
  bytesInUse(image).some(
    (one) =>
      isSameBytes(one, bytes) &&
      (bytes.etag === undefined || one.etag === undefined || one.etag === bytes.etag),
  );
