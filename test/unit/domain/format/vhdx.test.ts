import { expect, test } from "vitest";
import { inspectImage } from "../../../../shared/domain/format/inspect-image.ts";
import { big, DrawnImage, little } from "./drawn-image.ts";
import { expectMalformed, inspect } from "./inspection.ts";
import { DISK_BYTES, MiB, VHDX_METADATA, vhdx, withPieces } from "./sample-images.ts";

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
  await expectMalformed(withPieces(vhdx(), [[offset, bytes]]), "vhdx", message);
});

test.each([8, REGION_TABLE + 100, VHDX_METADATA, VHDX_METADATA + 100])(
  "cut to %i bytes it is malformed",
  async (n) => {
    await expectMalformed(withPieces(vhdx(), [], n), "vhdx", /cut off|no signature|too many/);
  },
);
