import { MAX_PARTS, MIN_PART_BYTES } from "../../shared/aws/multipart-limits.ts";
import { planParts, streamPartBytes } from "../../shared/images/domain/part-plan.ts";
import { BUFFER_BYTES } from "../limits.ts";

const MIB = 1024 ** 2;
/** One part is filled while another is on its way. */
const LARGEST_PART_BYTES = Math.floor(BUFFER_BYTES / 2 / MIB) * MIB;
/** Four connections share the line: each is then busy with a part for about four seconds. */
const LINE_SECONDS_A_PART = 1;
/** With these, too, all connections find a buffer. */
const LARGEST_CHOSEN_BYTES = 20 * MIB;

/** How an image is cut. */
export interface PartLayout {
  /** Bytes of a part, its buffer's size; undefined after the last one. */
  sizeOf(partNumber: number): number | undefined;
  offsetOf(partNumber: number): number;
  /** Parts in all; undefined while the length is unknown. */
  readonly count: number | undefined;
}

/** The image cannot be cut into parts of that size, or not into ones that memory can hold. */
export class LayoutRefused extends Error {}

/**
 * Bytes of a part for a new upload: what the service recommends, but smaller on a slow line, so that a break costs
 * little, and larger on a fast one. `rate` is what an upload to the same service reached lately, bytes a second.
 */
export function choosePartBytes(size: number, recommended: number | null, rate: number | undefined): number {
  const { partBytes: least } = planParts(size);
  const smallest = Math.max(MIN_PART_BYTES, Math.ceil(size / MAX_PARTS / MIB) * MIB);
  if (rate === undefined) return recommended !== null && recommended >= smallest ? recommended : least;
  const wished = Math.floor((rate * LINE_SECONDS_A_PART) / MIB) * MIB;
  return Math.max(smallest, Math.min(LARGEST_CHOSEN_BYTES, Math.max(MIN_PART_BYTES, wished)));
}

/** Parts of one size, the last with the rest. Throws LayoutRefused. */
export function evenLayout(size: number, partBytes: number): PartLayout {
  const count = Math.ceil(size / partBytes);
  if (count > MAX_PARTS || (partBytes < MIN_PART_BYTES && count > 1)) {
    throw new LayoutRefused(
      `${size} bytes cannot be sent in parts of ${partBytes}: 1 to 10,000 parts of at least 5 MiB`,
    );
  }
  if (partBytes > LARGEST_PART_BYTES) {
    throw new LayoutRefused(
      `parts of ${partBytes} bytes do not fit into memory: at most ${LARGEST_PART_BYTES}, so images end at 1.03 TiB`,
    );
  }
  return {
    count,
    offsetOf: (number) => (number - 1) * partBytes,
    sizeOf: (number) => (number <= count ? Math.min(partBytes, size - (number - 1) * partBytes) : undefined),
  };
}

/** Parts that grow, for a length that nobody knows. */
export const streamLayout: PartLayout = {
  count: undefined,
  offsetOf: () => 0,
  sizeOf: (number) =>
    number <= MAX_PARTS ? Math.min(streamPartBytes(number), LARGEST_PART_BYTES) : undefined,
};
