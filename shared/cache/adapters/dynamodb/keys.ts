import type { Key } from "../../../aws/table-key.ts";
import type { RemovedCopy } from "../../domain/cached-image.ts";

/** By the first digit of the image's id, so that the uses of all images are not written to one partition. */
const digits = [..."0123456789abcdef"];
const partitionOf = (digit: string): string => `cache#images#${digit}`;
export const CACHED_PARTITIONS = digits.map(partitionOf);
export const cachedKey = (imageId: string): Key => {
  const digit = imageId.slice(0, 1).toLowerCase();
  return { pk: partitionOf(digits.includes(digit) ? digit : "0"), sk: imageId };
};

export const QUEUE = "cache#queue";
export const queuedKey = (imageId: string): Key => ({ pk: QUEUE, sk: imageId });

export const REMOVED = "cache#removed";
/** Sort keys of all removals of an image begin with this. */
export const removedPrefix = (imageId: string): string => `${imageId}#`;
export const removedKey = ({ image_id, key }: Pick<RemovedCopy, "image_id" | "key">): Key => ({
  pk: REMOVED,
  sk: `${removedPrefix(image_id)}${key}`,
});
