import { expect, test } from "vitest";
import { inspectImage } from "../../../shared/formats/inspect-image.ts";
import { big, DrawnImage, little, type Piece } from "./drawn-image.ts";
import { expectMalformed, expectUnsafe, inspect } from "./inspection.ts";
import {
  DISK_BYTES,
  inRegionTables,
  MiB,
  VHDX_HEADERS,
  VHDX_METADATA,
  VHDX_REGIONS,
  vhdx,
  vhdxHeader,
  withPieces,
} from "./sample-images.ts";

const REGION_TABLE = 192 * 1024;

test("the virtual size is found through region table and metadata, in three reads", async () => {
  const source = new DrawnImage(vhdx());
  const request = { diskFormat: "vhdx", containerFormat: "bare", requireMatch: true, gptNonFatal: [] };
  await expect(inspectImage(source, request)).resolves.toEqual({
    detected: ["vhdx"],
    virtualSize: DISK_BYTES,
  });
  expect(source.reads).toHaveLength(3);
});

test("an item far from the metadata table costs one more read", async () => {
  const far = withPieces(vhdx(), [
    [VHDX_METADATA + 80, little(MiB, 4)],
    [VHDX_METADATA + MiB, little(4096, 8)],
  ]);
  await expect(inspect(far, "vhdx")).resolves.toMatchObject({ virtualSize: 4096 });
});

test("an item twice, or a block size that is not there, is malformed", async () => {
  const first = Buffer.from("3767a1ca36fa434db3b633f0aa44e76b", "hex");
  const twice = withPieces(vhdx(), [
    [VHDX_METADATA + 10, little(3, 2)],
    [VHDX_METADATA + 96, first],
  ]);
  await expectMalformed(twice, "vhdx", /has an entry twice/);
  await expectMalformed(
    withPieces(vhdx(), [[VHDX_METADATA + 32, big(0, 4)]]),
    "vhdx",
    /does not state a block size/,
  );
});

test("a parent is unsafe, whether the flag or the locator says so", async () => {
  const flag = withPieces(vhdx(), [[VHDX_METADATA + 64 * 1024 + 12, little(2, 4)]]);
  await expectUnsafe(flag, "vhdx", /difference to a parent .*Merge-VHD/);
  const locator = withPieces(vhdx(), [
    [VHDX_METADATA + 10, little(3, 2)],
    [VHDX_METADATA + 96, Buffer.from("2d5fd3a80bb34d45abf7d3d84834ab0c", "hex")],
  ]);
  await expectUnsafe(locator, "vhdx", /difference to a parent/);
});

test("a log to replay is unsafe, if the valid header that counts has one", async () => {
  const [first, second] = VHDX_HEADERS;
  const withHeaders = (one: Uint8Array, two: Uint8Array) =>
    withPieces(vhdx(), [
      [first, one],
      [second, two],
    ]);
  await expectUnsafe(withHeaders(vhdxHeader(7), vhdxHeader(8, true)), "vhdx", /log .*qemu-img check -r all/);
  await expectUnsafe(withHeaders(vhdxHeader(9, true), vhdxHeader(8)), "vhdx", /log/);
  const broken = vhdxHeader(9);
  broken[100] = 1;
  await expectUnsafe(withHeaders(broken, vhdxHeader(8, true)), "vhdx", /log/);
  await expectMalformed(withHeaders(broken, broken), "vhdx", /no valid header/);
  await expect(inspect(withHeaders(vhdxHeader(7, true), vhdxHeader(8)), "vhdx")).resolves.toMatchObject({
    virtualSize: DISK_BYTES,
  });
});

test("region tables that differ are malformed", async () => {
  for (const table of VHDX_REGIONS) {
    await expectMalformed(withPieces(vhdx(), [[table + 64, little(MiB, 8)]]), "vhdx", /region tables differ/);
  }
});

test.each([
  ["a region table without signature", REGION_TABLE, big(0, 4), /region table has no signature/],
  ["too many regions", REGION_TABLE + 8, little(2048, 4), /too many entries/],
  ["the largest region count", REGION_TABLE + 8, little(0xffffffff, 4), /too many entries/],
  ["no metadata region", REGION_TABLE + 8, little(1, 4), /no metadata region/],
  [
    "a metadata region behind the end",
    REGION_TABLE + 64,
    little(1n << 50n, 8),
    /metadata region has no signature/,
  ],
  ["a metadata region beyond all numbers", REGION_TABLE + 64, little(1n << 63n, 8), /impossibly large/],
  ["metadata without signature", VHDX_METADATA, big(0, 8), /metadata region has no signature/],
  ["one metadata entry too many", VHDX_METADATA + 10, little(2048, 2), /too many entries/],
  ["the largest metadata entry count", VHDX_METADATA + 10, little(0xffff, 2), /too many entries/],
  ["no virtual disk size", VHDX_METADATA + 10, little(1, 2), /does not state a virtual disk size/],
  ["a virtual disk size of 4 bytes", VHDX_METADATA + 84, little(4, 4), /does not state a virtual disk size/],
  ["a virtual disk size behind the end", VHDX_METADATA + 80, little(0xffffffff, 4), /disk size is cut off/],
  ["a virtual size beyond all numbers", VHDX_METADATA + 64 * 1024, little(1n << 63n, 8), /impossibly large/],
])("%s is malformed", async (_, offset, bytes, message) => {
  const tables = offset >= REGION_TABLE && offset < VHDX_METADATA;
  const pieces: Piece[] = tables ? inRegionTables(offset - REGION_TABLE, bytes) : [[offset, bytes]];
  await expectMalformed(withPieces(vhdx(), pieces), "vhdx", message);
});

test.each([8, REGION_TABLE + 100, VHDX_METADATA, VHDX_METADATA + 100])(
  "cut to %i bytes it is malformed",
  async (n) => {
    await expectMalformed(withPieces(vhdx(), [], n), "vhdx", /cut off|no signature|too many/);
  },
);
