import { expect, it } from "vitest";
import { bytesText, durationText, parseBytes, parsePartNumbers } from "../../client/command-line/amounts.ts";
import { UsageError } from "../../client/command-line/failures.ts";
import { shellWords } from "../../client/command-line/shell-words.ts";
import { BUFFER_BYTES, MAX_PARALLEL } from "../../client/limits.ts";
import { Parallelism } from "../../client/transfer/parallelism.ts";
import { RateLimit } from "../../client/transfer/rate-limit.ts";
import { PartBuffers } from "../../client/upload/part-buffers.ts";
import { choosePartBytes, evenLayout, streamLayout } from "../../client/upload/part-layout.ts";

const MIB = 1024 ** 2;
const GIB = 1024 * MIB;

it("parts are small on a slow line, larger on a fast one, and large enough for 10,000 of them", () => {
  expect(choosePartBytes(GIB, 16 * MIB, undefined)).toBe(16 * MIB);
  expect(choosePartBytes(GIB, 16 * MIB, MIB / 4)).toBe(5 * MIB);
  expect(choosePartBytes(GIB, 16 * MIB, 10 * MIB)).toBe(10 * MIB);
  expect(choosePartBytes(GIB, 16 * MIB, GIB)).toBe(20 * MIB);
  expect(choosePartBytes(1024 * GIB, 105 * MIB, MIB)).toBe(105 * MIB);
});

it("any size is cut without a gap, and what memory cannot hold is refused", () => {
  for (const [size, partBytes] of [
    [0, 16 * MIB],
    [1, 16 * MIB],
    [16 * MIB, 16 * MIB],
    [5 * GIB + 1, 7 * MIB],
    [1024 * GIB, 105 * MIB],
  ] as const) {
    const layout = evenLayout(size, partBytes);
    let end = 0;
    for (let number = 1; ; number++) {
      const bytes = layout.sizeOf(number);
      if (bytes === undefined) break;
      expect(layout.offsetOf(number)).toBe(end);
      end += bytes;
    }
    expect(end).toBe(size);
  }
  expect(() => evenLayout(4096 * GIB, 420 * MIB)).toThrow("do not fit into memory");
  expect(() => evenLayout(GIB, MIB)).toThrow("at least 5 MiB");
  expect(2 * (streamLayout.sizeOf(10_000) ?? 0)).toBeLessThanOrEqual(BUFFER_BYTES);
});

it("buffers never take more than their bound, whatever is wanted", async () => {
  const buffers = new PartBuffers(new AbortController().signal);
  const always = () => true;
  const taken = await Promise.all([1, 2].map(() => buffers.take(BUFFER_BYTES / 2, always)));
  let got = false;
  const third = buffers.take(8 * MIB, always).then((buffer) => {
    got = true;
    return buffer;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(got).toBe(false);
  for (const buffer of taken) buffers.giveBack(buffer);
  expect((await third).length).toBe(8 * MIB);
});

it("parallelism grows while that helps, and is halved when the store complains", () => {
  let now = 0;
  const parallelism = new Parallelism(undefined, () => now);
  const round = (rate: number) => {
    for (let part = 2 * parallelism.limit; part > 0; part--) {
      now += (1000 * MIB) / rate;
      parallelism.stored(MIB);
    }
    return parallelism.limit;
  };
  expect([100, 120, 140].map((speed) => round(speed * MIB))).toEqual([5, 6, 7]);
  expect(round(100 * MIB)).toBe(6);
  for (let i = 0; i < 40; i++) parallelism.stored(1);
  parallelism.failed();
  const before = parallelism.limit;
  round(100 * MIB);
  expect(parallelism.limit).toBeLessThan(before);
  for (let speed = 1; speed < 60; speed++) round(speed ** 2 * MIB);
  expect(parallelism.limit).toBe(MAX_PARALLEL);
});

it("a limited rate spreads bytes over time", () => {
  let now = 0;
  const limit = new RateLimit(1000, () => now);
  expect([limit.take(500), limit.take(500), limit.take(500)]).toEqual([0, 500, 1000]);
  now = 10_000;
  expect(limit.take(1)).toBe(0);
});

it("amounts and part numbers are read and written as people do", () => {
  expect(["64M", "1.5GiB", "4096", "2k/s"].map((text) => parseBytes(text, "--x"))).toEqual([
    64 * MIB,
    1.5 * GIB,
    4096,
    2048,
  ]);
  for (const text of ["", "M", "-1", "1X", "1e9"]) expect(() => parseBytes(text, "--x")).toThrow(UsageError);
  expect([...parsePartNumbers("1-3,7")]).toEqual([1, 2, 3, 7]);
  for (const text of ["0", "3-1", "a", "1-10001", ""])
    expect(() => parsePartNumbers(text)).toThrow(UsageError);
  expect([bytesText(0), bytesText(1536), bytesText(5 * GIB)]).toEqual(["0 B", "1.5 KiB", "5.0 GiB"]);
  expect([durationText(59.6), durationText(3725)]).toEqual(["1:00", "1:02:05"]);
  expect(shellWords(["imagectl", "upload", "my disk's"])).toBe("imagectl upload 'my disk'\\''s'");
});
