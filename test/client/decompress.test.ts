import { randomBytes } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { DataMismatch, UsageError } from "../../client/command-line/failures.ts";
import { undoneBytes } from "../../client/upload/decompress.ts";
import { assertBare, wrappingOf } from "../../client/upload/wrapping.ts";

const data = Buffer.concat([randomBytes(300_000), Buffer.alloc(500_000)]);

async function* inChunks(bytes: Buffer) {
  for (let at = 0; at < bytes.length; at += 70_000) yield bytes.subarray(at, at + 70_000);
}

it("gzip is known by its content and undone, several members included", async () => {
  const packed = Buffer.concat([gzipSync(data.subarray(0, 123_456)), gzipSync(data.subarray(123_456))]);
  expect(wrappingOf(packed)?.compression).toBe("gzip");
  expect((await buffer(undoneBytes("gzip", inChunks(packed)))).equals(data)).toBe(true);
});

it("gzip that is cut off or damaged never looks like its end", async () => {
  const packed = gzipSync(data);
  for (const cut of [packed.length - 1, packed.length - 5, 70_000, 20]) {
    const broken = buffer(undoneBytes("gzip", inChunks(packed.subarray(0, cut))));
    await expect(broken, `${cut} bytes`).rejects.toThrow(DataMismatch);
  }
  const flipped = Buffer.from(packed);
  flipped[packed.length - 8] = (flipped[packed.length - 8] ?? 0) ^ 1;
  await expect(buffer(undoneBytes("gzip", inChunks(flipped)))).rejects.toThrow(DataMismatch);
});

it("a source that fails is the error", async () => {
  async function* failing() {
    yield gzipSync(data).subarray(0, 1000);
    throw new Error("the disk is gone");
  }
  await expect(buffer(undoneBytes("gzip", failing()))).rejects.toThrow("the disk is gone");
});

/** A tar header with its sum, as tar writes it. */
function tarHeader(name: string): Buffer {
  const header = Buffer.alloc(512);
  header.write(name);
  header.write("ustar", 257);
  header.fill(" ", 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}

const hex = (text: string) => Buffer.concat([Buffer.from(text, "hex"), Buffer.alloc(600)]);

it.each([
  ["gzip", gzipSync("x"), "--decompress"],
  ["xz", hex("fd377a585a00"), "--decompress"],
  ["bzip2", hex("425a6839314159265359"), "--decompress"],
  ["zstd", hex("28b52ffd"), "--decompress"],
  ["tar", tarHeader("disk.ovf"), "--container-format ova"],
  ["zip", hex("504b0304"), "unpack it"],
  ["7z", hex("377abcaf271c"), "unpack it"],
  ["lz4", hex("04224d18"), "unpack it"],
])("%s is refused with what to do, unless somebody says what it is", (name, head, advice) => {
  expect(wrappingOf(head)?.name).toBe(name);
  expect(() => assertBare(head, "disk", {})).toThrow(advice);
  expect(() => assertBare(head, "disk", {})).toThrow(UsageError);
  assertBare(head, "disk", { diskFormat: "raw" });
  assertBare(head, "disk", { containerFormat: "compressed" });
});

it("disks are not taken for packed", () => {
  const forged = tarHeader("x").fill(7, 300, 310);
  for (const head of [
    hex("514649fb"),
    hex("eb63901f8b08"),
    hex("425a68"),
    forged,
    Buffer.alloc(0),
    Buffer.alloc(512),
  ])
    assertBare(head, "disk", {});
});
