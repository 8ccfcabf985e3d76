import { randomBytes } from "node:crypto";
import { crc32, deflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { packedFiles, packedText } from "./packed-files.ts";
import { undone } from "./undone.ts";

interface Written {
  readonly method?: number;
  readonly flags?: number;
  readonly comment?: string;
  readonly crc?: number;
}

/** An archive of one file, by APPNOTE 4.3. */
function archive(
  data: Buffer,
  { method = 8, flags = 0, comment = "", crc = crc32(data) }: Written = {},
): Buffer {
  const packed = method === 0 ? data : deflateRawSync(data);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50);
  local.writeUInt16LE(4, 26);
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50);
  header.writeUInt16LE(flags, 8);
  header.writeUInt16LE(method, 10);
  header.writeUInt32LE(crc, 16);
  header.writeUInt32LE(packed.length, 20);
  header.writeUInt32LE(data.length, 24);
  header.writeUInt16LE(4, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(50, 12);
  end.writeUInt32LE(34 + packed.length, 16);
  end.writeUInt16LE(comment.length, 20);
  const name = Buffer.from("disk");
  return Buffer.concat([local, name, packed, header, name, end, Buffer.from(comment, "latin1")]);
}

const data = randomBytes(200_000);
const whole = archive(data);

test.each(["zip", "zipPiped", "zipInfo", "zip64"] as const)("%s of a tool is undone", async (name) => {
  for (const step of [1, 100, 65_536]) expect(await undone(packedFiles[name], step)).toEqual(packedText);
});

test("a file that is stored as it is, and an archive with a comment that looks like an end", async () => {
  const stored = archive(data, { method: 0, comment: `PK\x05\x06${"x".repeat(40)}` });
  expect((await undone(stored)).equals(data)).toBe(true);
  expect((await undone(whole)).equals(data)).toBe(true);
  expect(await undone(archive(Buffer.alloc(0)))).toHaveLength(0);
});

test.each([
  ["of two files", packedFiles.zipOfTwo, "holds 2 files: it must hold one"],
  ["by a method that is not undone", packedFiles.zipByBzip2, "compressed by method 12"],
  ["that is encrypted", archive(data, { flags: 1 }), "is encrypted"],
  ["of another sum", archive(data, { crc: 1 }), "is damaged: make the archive anew"],
  ["with something behind it", Buffer.concat([whole, Buffer.from("x")]), "something else behind it"],
  ["that is cut off", whole.subarray(0, 150_000), "cut off"],
  ["that is cut off in its first bytes", whole.subarray(0, 12), "cut off"],
  ["that lacks its first bytes", Buffer.concat([whole.subarray(0, 4), whole.subarray(30)]), "damaged"],
])("an archive %s is refused", async (_, bytes, why) => {
  await expect(undone(bytes)).rejects.toThrow(why);
});

test("no archive with a wrong byte is anything but undone or refused in words", async () => {
  for (const name of ["zip", "zipPiped", "zip64"] as const) {
    for (let at = 4; at < packedFiles[name].length; at++) {
      const bytes = Buffer.from(packedFiles[name]);
      bytes[at] = (bytes[at] ?? 0) ^ 0xff;
      const found = await undone(bytes).catch((error: Error) => error.constructor.name);
      if (typeof found === "string") expect([at, found]).toEqual([at, "CompressionFailed"]);
      else expect([at, found.equals(packedText)]).toEqual([at, true]);
    }
  }
});
