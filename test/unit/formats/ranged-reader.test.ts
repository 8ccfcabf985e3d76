import { expect, test } from "vitest";
import { MalformedImage } from "../../../shared/formats/malformed-image.ts";
import { RangedReader } from "../../../shared/formats/ranged-reader.ts";
import { DrawnImage } from "./drawn-image.ts";

const KiB = 1024;
const content = Uint8Array.from({ length: 300 * KiB }, (_, index) => (index / 256) % 251);
const drawn = () => new DrawnImage({ size: content.length, pieces: [[0, content]] });

test("a range in known bytes is not fetched, one that starts there fetches the rest", async () => {
  const source = drawn();
  const reader = await RangedReader.open(source);
  expect(await reader.read(10 * KiB, 20 * KiB)).toEqual(content.slice(10 * KiB, 30 * KiB));
  expect(await reader.read(60 * KiB, 40 * KiB)).toEqual(content.slice(60 * KiB, 100 * KiB));
  expect(await reader.read(70 * KiB, 20 * KiB)).toEqual(content.slice(70 * KiB, 90 * KiB));
  expect(source.reads).toEqual([
    { offset: 0, length: 64 * KiB },
    { offset: 64 * KiB, length: 36 * KiB },
  ]);
});

test("of several known pieces the one that serves most is taken", async () => {
  const source = drawn();
  const reader = await RangedReader.open(source);
  await reader.read(200 * KiB, 10 * KiB);
  await reader.read(190 * KiB, 15 * KiB);
  expect(await reader.read(200 * KiB, 10 * KiB)).toEqual(content.slice(200 * KiB, 210 * KiB));
  expect(source.reads).toHaveLength(3);
});

test("a range ends where the object ends; behind it nothing is fetched", async () => {
  const source = drawn();
  const reader = await RangedReader.open(source);
  expect(await reader.read(299 * KiB, 5 * KiB)).toHaveLength(KiB);
  expect(await reader.read(Number.MAX_SAFE_INTEGER, 8)).toHaveLength(0);
  expect(source.reads).toHaveLength(2);
});

test("exactly a range, or the object is malformed", async () => {
  const reader = await RangedReader.open(drawn());
  expect(await reader.exactly(299 * KiB, KiB, "table")).toHaveLength(KiB);
  await expect(reader.exactly(299 * KiB, KiB + 1, "table")).rejects.toThrow(
    new MalformedImage("its table is cut off"),
  );
});
