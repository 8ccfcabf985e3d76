import { MAX_OBJECT_BYTES, MAX_PARTS } from "../../shared/aws/multipart-limits.ts";
import { TooLarge } from "../../shared/errors.ts";
import { MAX_BUFFERED_BYTES, planParts, streamPartBytes } from "../../shared/images/domain/part-plan.ts";

/** Bytes of a part; undefined where there is no further part. */
export type PartSizes = (partNumber: number) => number | undefined;

/** Throws TooLarge for a size whose parts memory cannot hold (4.88 TiB and more), or S3 cannot store. */
export function assertCanStream(size: number | null): void {
  if (size === null) return;
  if (size > MAX_OBJECT_BYTES || planParts(size).partBytes > MAX_BUFFERED_BYTES) {
    throw new TooLarge(
      `An image of ${size} bytes is too large for one PUT: upload it in parts with the transfer API.`,
    );
  }
}

/**
 * How this upload is cut: by the API's recommendation when memory can hold such parts, else by our own plan;
 * an unknown length by parts that grow.
 */
export function partSizes(size: number | null, recommended: number | null): PartSizes {
  if (size === null) return (number) => (number > MAX_PARTS ? undefined : streamPartBytes(number));
  const plan = planParts(size);
  const isUsable =
    recommended !== null && recommended <= MAX_BUFFERED_BYTES && recommended * MAX_PARTS >= size;
  const partBytes = isUsable ? recommended : plan.partBytes;
  return (number) => {
    const left = size - (number - 1) * partBytes;
    return left > 0 ? Math.min(partBytes, left) : undefined;
  };
}
