import { TooLarge } from "../../errors.ts";
import type { Image } from "./image.ts";

/**
 * Most bytes of an image's own texts: names and values of its properties, tags, name. One record of the database takes
 * 400 KB (DynamoDB, "item size"); the rest is for what the service itself writes of an image later, so that an upload
 * or a notification never fails for lack of room.
 */
export const METADATA_BYTES_MAX = 376 * 1024;

/** What DynamoDB adds to an element of a map or list (developer guide, "item sizes and formats"). */
const ELEMENT_BYTES = 4;

const bytesOf = (text: string | null): number => Buffer.byteLength(text ?? "");

const metadataBytes = ({ name, owner, tags, properties }: Image): number =>
  bytesOf(name) +
  bytesOf(owner) +
  tags.reduce((sum, tag) => sum + ELEMENT_BYTES + bytesOf(tag), 0) +
  Object.entries(properties).reduce(
    (sum, [key, value]) => sum + ELEMENT_BYTES + bytesOf(key) + bytesOf(value),
    0,
  );

/** Throws 413 when the texts are more than can be kept. What makes them smaller is always allowed. */
export function checkMetadataSize(before: Image | undefined, after: Image): void {
  const bytes = metadataBytes(after);
  if (bytes <= METADATA_BYTES_MAX || (before && bytes <= metadataBytes(before))) return;
  throw new TooLarge(
    `The image's properties, tags and name take ${bytes} bytes, and at most ${METADATA_BYTES_MAX} can be kept: ` +
      "shorten or remove some.",
  );
}
