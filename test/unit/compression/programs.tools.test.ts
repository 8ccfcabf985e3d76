import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { compressionOf } from "../../../shared/compression/recognise-compression.ts";
import { undone } from "./undone.ts";

/** What disks are like: words, noise and zeros. */
const words = Buffer.from(
  Array.from({ length: 8_000 }, (_, line) => `${line * 7919} of the words\n`).join(""),
);
const data = Buffer.concat([words, randomBytes(200_000), Buffer.alloc(200_000), words]);

const packedBy = ([program = "", ...options]: readonly string[], input: Buffer): Buffer =>
  execFileSync(program, ["-c", ...options], { input, maxBuffer: 2 * data.length });

test.each([
  [["gzip"]],
  [["zstd"]],
  [["zstd", "-19", "-T0"]],
  [["bzip2"]],
  [["bzip2", "-1"]],
  [["xz"]],
  [["xz", "-0"]],
  [["xz", "-9e"]],
  [["xz", "-T0", "--block-size=200KiB"]],
  [["xz", "--check=sha256", "--lzma2=lc=1,lp=3,pb=0"]],
  [["xz", "--check=none", "--lzma2=dict=4KiB"]],
])("what %j has packed is undone, in several pieces and with nothing in it, too", async (command) => {
  const whole = packedBy(command, data);
  expect(compressionOf(whole)).toBe(command[0]);
  expect((await undone(whole)).equals(data)).toBe(true);
  const pieces = [data.subarray(0, 123_456), Buffer.alloc(0), data.subarray(123_456)];
  const joined = Buffer.concat(pieces.map((piece) => packedBy(command, piece)));
  expect((await undone(joined)).equals(data)).toBe(true);
  expect(await undone(packedBy(command, Buffer.alloc(0)))).toHaveLength(0);
  for (const cut of [whole.length - 1, whole.length >> 1])
    await expect(undone(whole.subarray(0, cut))).rejects.toThrow("is cut off");
});
