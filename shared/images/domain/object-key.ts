import type { Image } from "./image.ts";

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

/** The objects that an image needs. Everything that refers to bytes is said here: all else may be deleted. */
export function keysInUse(image: Image): string[] {
  if (image.status === "deleted") return [];
  return [image.location, image.staged].flatMap((bytes) => (bytes ? [bytes.key] : []));
}
