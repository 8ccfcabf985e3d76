import { randomBytes } from "node:crypto";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { decompressed } from "../../../shared/compression/decompressed.ts";
import { compressionOf } from "../../../shared/compression/recognise-compression.ts";
import { packedFiles, packedText } from "./packed-files.ts";
import { undone } from "./undone.ts";

const [one, other] = [randomBytes(300_000), Buffer.alloc(500_000, "ab")];
const rubbish = Buffer.from("something else");
/** Chunks that end with a member, too. */
const steps = [1, 7, 1000, 65_536];

test("each kind is recognised, and nothing else is", () => {
  for (const name of ["gzip", "zstd", "xz", "bzip2", "zip"] as const)
    expect(compressionOf(packedFiles[name])).toBe(name);
  expect(compressionOf(Buffer.from("$0-lh5-"))).toBe("lha");
  for (const bytes of [packedText, Buffer.alloc(0), Buffer.from([0x1f])])
    expect(compressionOf(bytes)).toBeUndefined();
});

test.each(["gzip", "zstd", "bzip2", "xz"] as const)(
  "%s of the tool is undone, in whatever chunks it comes",
  async (name) => {
    for (const step of steps) expect(await undone(packedFiles[name], step)).toEqual(packedText);
  },
);

test.each([
  ["gzip", gzipSync],
  ["zstd", zstdCompressSync],
] as const)("several members of %s are one after the other", async (_, pack) => {
  const members = [pack(one), pack(other), pack(Buffer.alloc(0)), pack(other)];
  const expected = Buffer.concat([one, other, other]);
  const bytes = Buffer.concat(members);
  for (const step of [members[0]?.length ?? 1, 1000, 65_536, bytes.length])
    expect((await undone(bytes, step)).equals(expected)).toBe(true);
  expect(await undone(pack(Buffer.alloc(0)))).toHaveLength(0);
});

test("a frame of zstd that is to be skipped, as pzstd and seekable files have them, is skipped", async () => {
  const skipped = Buffer.from("502a4d180400000001020304", "hex");
  const bytes = Buffer.concat([zstdCompressSync(other), skipped, zstdCompressSync(other), skipped]);
  for (const step of [1000, 65_536])
    expect((await undone(bytes, step)).equals(Buffer.concat([other, other]))).toBe(true);
});

test.each([
  ["gzip", gzipSync],
  ["zstd", zstdCompressSync],
] as const)("%s that is cut off, damaged or followed by something else is refused", async (name, pack) => {
  const bytes = pack(one);
  for (const step of [1000, 65_536, bytes.length]) {
    for (const length of [bytes.length - 1, bytes.length - 9, 20_000, 12])
      await expect(undone(bytes.subarray(0, length), step)).rejects.toThrow(`The ${name} data is cut off`);
    await expect(undone(Buffer.concat([bytes, rubbish]), step)).rejects.toThrow("something else behind it");
    const damaged = Buffer.from(bytes);
    damaged.writeUInt32LE(0xdeadbeef, 4);
    damaged.fill(0xff, 10, 30);
    await expect(undone(damaged, step)).rejects.toThrow(`The ${name} data is damaged`);
  }
});

test.each(["bzip2", "xz"] as const)(
  "several streams of %s are one after the other, with zeros behind",
  async (name) => {
    const bytes = packedFiles[name];
    const zeros = Buffer.alloc(40);
    const streams = name === "xz" ? [bytes, zeros, bytes, bytes, zeros] : [bytes, bytes, bytes, zeros];
    const expected = Buffer.concat([packedText, packedText, packedText]);
    for (const step of steps)
      expect((await undone(Buffer.concat(streams), step)).equals(expected)).toBe(true);
  },
);

test.each(["xzSha256", "xzBlocks", "xzUnchecked"] as const)(
  "xz with other checks is undone: %s",
  async (name) => {
    for (const step of steps) expect(await undone(packedFiles[name], step)).toEqual(packedText);
  },
);

test.each([
  [
    "a dictionary that is too large",
    packedFiles.xzLargeDictionary,
    "needs a dictionary of 96 MiB in memory: compress it",
  ],
  ["a filter", packedFiles.xzX86, "has the filter x86: only LZMA2 alone"],
])("xz with %s is refused, with what to do", async (_, bytes, why) => {
  await expect(undone(bytes)).rejects.toThrow(why);
});

test.each(["bzip2", "xz", "xzSha256", "xzBlocks", "xzUnchecked"] as const)(
  "%s that is cut off, damaged or followed by something else is refused in words",
  async (name) => {
    const whole = packedFiles[name];
    for (let length = 10; length < whole.length; length++)
      await expect(undone(whole.subarray(0, length))).rejects.toThrow("is cut off: its end is missing.");
    for (const behind of [rubbish, Buffer.concat([Buffer.alloc(8), rubbish])])
      await expect(undone(Buffer.concat([whole, behind]))).rejects.toThrow("something else behind the");
    for (let at = 10; at < whole.length; at++) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ 0xff;
      const found = await undone(bytes).catch((error: Error) => error.constructor.name);
      if (typeof found === "string") expect([at, found]).toEqual([at, "CompressionFailed"]);
      // Nothing tells of it where nothing is checked, and codes that nobody uses may be any.
      else if (name !== "xzUnchecked") expect([at, found.equals(packedText)]).toEqual([at, true]);
    }
  },
);

test("zeros may follow gzip, and nothing else behind them", async () => {
  const filled = Buffer.concat([packedFiles.gzip, Buffer.alloc(100_000)]);
  for (const step of [...steps.slice(1), packedFiles.gzip.length]) {
    expect(await undone(filled, step)).toEqual(packedText);
    await expect(undone(Buffer.concat([filled, rubbish]), step)).rejects.toThrow("something else behind");
  }
});

test("an error of the source is its own, and who stops early ends the source", async () => {
  let ended = false;
  async function* broken(fails: boolean) {
    try {
      const bytes = gzipSync(one);
      for (let at = 0; at < bytes.length; at += 1000) {
        if (fails && at > 100_000) throw new Error("the store is gone");
        yield bytes.subarray(at, at + 1000);
      }
    } finally {
      ended = true;
    }
  }
  const readAll = async () => {
    for await (const chunk of decompressed("gzip", broken(true))) expect(chunk.length).toBeGreaterThan(0);
  };
  await expect(readAll()).rejects.toThrow("the store is gone");
  ended = false;
  for await (const chunk of decompressed("gzip", broken(false))) {
    expect(chunk.length).toBeGreaterThan(0);
    break;
  }
  expect(ended).toBe(true);
});
