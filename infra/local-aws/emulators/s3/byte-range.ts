import { AwsFailure } from "../aws-failure.ts";

/** Bytes `first` to `last`, both inclusive. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The range that a `Range` header asks of an object: `bytes=a-b`, `a-` or `-n`. Undefined for one that S3
 * ignores (several ranges, another unit). `InvalidRange` (416) when it lies outside.
 */
export function parseRange(header: string, objectBytes: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header.trim());
  if (!match) return undefined;
  const [, from = "", to = ""] = match;
  if (from === "" && to === "") return undefined;
  const range =
    from === ""
      ? { first: Math.max(0, objectBytes - Number(to)), last: objectBytes - 1 }
      : { first: Number(from), last: to === "" ? objectBytes - 1 : Math.min(Number(to), objectBytes - 1) };
  if (from !== "" && to !== "" && Number(to) < Number(from)) return undefined;
  if (range.first > range.last) {
    throw new AwsFailure("InvalidRange", "The requested range is not satisfiable", 416, {
      RangeRequested: header,
      ActualObjectSize: objectBytes,
    });
  }
  return range;
}
