import { bytesIn, type Image, isSameBytes } from "./image.ts";
import type { StoredBytes } from "./location.ts";

/** Whose bytes an object key names. */
export interface KeyOwner {
  readonly imageId: string;
  readonly transferId: string;
}

/** Each upload attempt has a key of its own, so that no two ever write the same object. */
export const objectKey = ({ imageId, transferId }: KeyOwner): string => `${imageId}/${transferId}`;

const uuid = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const form = new RegExp(`^(${uuid})/(${uuid})$`, "i");

/** Undefined for a key that this service never makes: what lies there is not ours. */
export function keyOwnerOf(key: string): KeyOwner | undefined {
  const [, imageId, transferId] = form.exec(key) ?? [];
  return imageId !== undefined && transferId !== undefined ? { imageId, transferId } : undefined;
}

/** The bytes that an image needs. Everything that refers to bytes is said here: all else may be deleted. */
const bytesInUse = (image: Image): readonly StoredBytes[] =>
  image.status === "deleted" ? [] : bytesIn(image);

/** The keys of objects that an image needs, whichever store has them. */
export const keysInUse = (image: Image): string[] => bytesInUse(image).map(({ key }) => key);

/** Whether an image needs just these bytes. */
export const isInUse = (image: Image, bytes: StoredBytes): boolean =>
  bytesInUse(image).some((one) => isSameBytes(one, bytes));
