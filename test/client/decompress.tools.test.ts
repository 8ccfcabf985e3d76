import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { expect, it } from "vitest";
import { DataMismatch } from "../../client/command-line/failures.ts";
import { decompressed } from "../../client/upload/decompress.ts";
import { wrappingOf } from "../../client/upload/wrapping.ts";

const data = Buffer.concat([randomBytes(200_000), Buffer.alloc(300_000)]);
const packedBy = (program: string, bytes: Buffer) =>
  execFileSync(program, ["-c"], { input: bytes, maxBuffer: 2 * data.length });

async function* inChunks(bytes: Buffer) {
  for (let at = 0; at < bytes.length; at += 70_000) yield bytes.subarray(at, at + 70_000);
}

it.each(["gzip", "xz", "zstd", "bzip2"] as const)(
  "what %s has packed is undone, in several pieces, too",
  async (program) => {
    const whole = packedBy(program, data);
    const pieces = [data.subarray(0, 123_456), data.subarray(123_456)].map((part) => packedBy(program, part));
    for (const packed of [whole, Buffer.concat(pieces)]) {
      expect(wrappingOf(packed)?.compression).toBe(program);
      expect((await buffer(decompressed(program, inChunks(packed)))).equals(data)).toBe(true);
    }
    for (const cut of [whole.length - 1, whole.length >> 1]) {
      const broken = buffer(decompressed(program, inChunks(whole.subarray(0, cut))));
      await expect(broken, `${cut} bytes`).rejects.toThrow(DataMismatch);
    }
  },
);
