import { expect, it } from "vitest";
import { checksumOf } from "../../../client/imports/checksum.ts";
import { listedChecksum, onlyChecksum } from "../../../client/mirror/checksum-file.ts";
import { hashOf } from "./publisher.ts";

const [one, two] = [hashOf("sha256", "one"), hashOf("sha256", "two")];
const long = hashOf("sha512", "one");

it.each([
  ["coreutils", `${one}  disk.img\n${two}  other.img\n`],
  ["coreutils, binary", `${two} *other.img\n${one} *disk.img\n`],
  ["coreutils, in a folder", `${two}  ./b/other.img\n${one}  ./a/disk.img\n`],
  ["BSD, with comments", `# disk.img: 5 bytes\nSHA256 (disk.img) = ${one}\n# other.img: 5 bytes\n`],
  ["signed", `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nSHA256 (disk.img) = ${one}\r\n-----BEGIN`],
  ["capital letters", `${one.toUpperCase()}  disk.img\n`],
  ["the same line twice", `${one}  disk.img\n${one}  disk.img\n`],
])("finds a file's hash in a list: %s", (_, text) => {
  expect(listedChecksum(text, "disk.img")).toEqual({ algorithm: "sha256", value: one });
});

it("takes the strongest of several hashes of one file", () => {
  const text = `MD5 (disk.img) = ${hashOf("md5", "one")}\nSHA512 (disk.img) = ${long}\nSHA256 (disk.img) = ${one}`;
  expect(listedChecksum(text, "disk.img")).toEqual({ algorithm: "sha512", value: long });
});

it("passes over a SHA-1, which no image service compares", () => {
  const [md5, sha1] = [hashOf("md5", "one"), hashOf("sha1", "one")];
  const text = `MD5 (disk.img) = ${md5}\nSHA1 (disk.img) = ${sha1}\n`;
  expect(listedChecksum(text, "disk.img")).toEqual({ algorithm: "md5", value: md5 });
  expect([checksumOf(sha1), onlyChecksum(sha1)]).toEqual([undefined, undefined]);
});

it.each([
  ["a name that only begins or ends so", `${one}  disk.img.xz\n${two}  my-disk.img\n`],
  ["two hashes for one name", `${one}  a/disk.img\n${two}  b/disk.img\n`],
  ["a kind that contradicts its length", `SHA512 (disk.img) = ${one}`],
  ["no hash", "zz  disk.img\n"],
  ["nothing", ""],
])("finds none where there is none to rely on: %s", (_, text) => {
  expect(listedChecksum(text, "disk.img")).toBeUndefined();
});

it("reads a file that is a hash alone, with or without a name", () => {
  for (const text of [long, `${long}\n`, `${long}  disk.img\n`])
    expect(onlyChecksum(text)).toEqual({ algorithm: "sha512", value: long });
  for (const text of ["", "disk.img", `${one}\n${two}\n`, `${one} a b`])
    expect(onlyChecksum(text)).toBeUndefined();
});

it("knows a hash by its name or its length, and refuses what contradicts itself", () => {
  expect(checksumOf(` SHA-256:${one.toUpperCase()} `)).toEqual({ algorithm: "sha256", value: one });
  expect(checksumOf(one)).toEqual({ algorithm: "sha256", value: one });
  for (const text of ["", "sha256:", `md5:${one}`, `crc32:${one}`, one.slice(1), `${one.slice(1)}g`])
    expect(checksumOf(text)).toBeUndefined();
});
