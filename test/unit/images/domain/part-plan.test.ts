import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  MAX_OBJECT_BYTES,
  MAX_PART_BYTES,
  MAX_PARTS,
  MIN_PART_BYTES,
} from "../../../../shared/aws/multipart-limits.ts";
import {
  MAX_BUFFERED_BYTES,
  MAX_STREAM_BYTES,
  parallelParts,
  planParts,
  streamPartBytes,
} from "../../../../shared/images/domain/part-plan.ts";
import { options } from "../../../../shared/settings/options.ts";

const MIB = 1024 * 1024;
const anySize = fc.oneof(
  fc.integer({ min: 0, max: 200 * MIB }),
  fc.maxSafeInteger().map((n) => Math.abs(n) % (MAX_OBJECT_BYTES + 1)),
);

describe("planParts", () => {
  test("any object S3 can hold is cut into parts that S3 takes, and no part is empty", () => {
    fc.assert(
      fc.property(anySize, (size) => {
        const { partBytes, count } = planParts(size);
        expect(count).toBeLessThanOrEqual(MAX_PARTS);
        expect(partBytes).toBeGreaterThanOrEqual(MIN_PART_BYTES);
        expect(partBytes).toBeLessThanOrEqual(MAX_PART_BYTES);
        expect(partBytes % MIB).toBe(0);
        expect(count * partBytes).toBeGreaterThanOrEqual(size);
        if (count > 0) expect((count - 1) * partBytes).toBeLessThan(size);
      }),
    );
  });

  test("the edges", () => {
    expect(planParts(0)).toEqual({ partBytes: 16 * MIB, count: 0 });
    expect(planParts(1)).toEqual({ partBytes: 16 * MIB, count: 1 });
    expect(planParts(MAX_PARTS * 16 * MIB)).toEqual({ partBytes: 16 * MIB, count: MAX_PARTS });
    expect(planParts(MAX_PARTS * 16 * MIB + 1).partBytes).toBe(17 * MIB);
    expect(planParts(MAX_OBJECT_BYTES)).toEqual({ partBytes: MAX_PART_BYTES, count: MAX_PARTS });
    for (const size of [-1, 0.5, Number.NaN, MAX_OBJECT_BYTES + 1]) {
      expect(() => planParts(size)).toThrow(RangeError);
    }
  });
});

describe("streamPartBytes", () => {
  test("parts never shrink, and S3 takes each of them", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: MAX_PARTS - 1 }), (number) => {
        expect(streamPartBytes(number)).toBeGreaterThanOrEqual(MIN_PART_BYTES);
        expect(streamPartBytes(number + 1)).toBeGreaterThanOrEqual(streamPartBytes(number));
      }),
    );
  });

  test("10,000 parts hold an image of the default image_size_cap", () => {
    let total = 0;
    for (let number = 1; number <= MAX_PARTS; number++) total += streamPartBytes(number);
    expect(total).toBe(MAX_STREAM_BYTES);
    expect(total).toBeGreaterThanOrEqual(options.image_size_cap.default);
  });

  test("there is no part 0 and no part 10,001", () => {
    for (const number of [0, MAX_PARTS + 1, 1.5]) expect(() => streamPartBytes(number)).toThrow(RangeError);
  });
});

describe("parallelParts", () => {
  test("the part being filled and those on their way fit into memory", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: MAX_BUFFERED_BYTES }), (partBytes) => {
        const parallel = parallelParts(partBytes);
        expect(parallel).toBeGreaterThanOrEqual(0);
        expect((parallel + 1) * partBytes).toBeLessThanOrEqual(MAX_BUFFERED_BYTES);
      }),
    );
  });

  test("small parts go four at a time, and every part of a stream at least three", () => {
    expect(parallelParts(16 * MIB)).toBe(4);
    expect(parallelParts(streamPartBytes(MAX_PARTS))).toBe(3);
    expect(parallelParts(MAX_BUFFERED_BYTES)).toBe(0);
    for (const bytes of [0, MAX_BUFFERED_BYTES + 1]) expect(() => parallelParts(bytes)).toThrow(RangeError);
  });
});
