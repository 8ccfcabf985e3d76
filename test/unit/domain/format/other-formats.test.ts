import { expect, test } from "vitest";
import { big, little } from "./drawn-image.ts";
import { expectMalformed, expectUnsafe, inspect } from "./inspection.ts";
import { DISK_BYTES, iso, luks, qed, vdi, vhd, withPieces } from "./sample-images.ts";

test("a QED image is recognised and never allowed", async () => {
  await expectUnsafe(qed(), "qed", /never allowed \(check banned\)/);
  await expect(inspect(withPieces(qed(), [], 511), "raw")).resolves.toMatchObject({ detected: ["raw"] });
});

test("a dynamic VHD states its size", async () => {
  await expect(inspect(vhd(), "vhd")).resolves.toEqual({ detected: ["vhd"], virtualSize: DISK_BYTES });
});

test("a VHD cut off, or of impossible size, is malformed", async () => {
  await expectMalformed(withPieces(vhd(), [], 100), "vhd", /header is cut off/);
  await expectMalformed(withPieces(vhd(), [[40, big(1n << 53n, 8)]]), "vhd", /impossibly large/);
});

test("a VDI states its size", async () => {
  await expect(inspect(vdi(), "vdi")).resolves.toEqual({ detected: ["vdi"], virtualSize: DISK_BYTES });
  await expect(inspect(withPieces(vdi(), [], 511), "raw")).resolves.toMatchObject({ detected: ["raw"] });
  await expectMalformed(withPieces(vdi(), [[0x170, little(1n << 63n, 8)]]), "vdi", /impossibly large/);
});

test.each(["CD001", "NSR02", "NSR03"])("the identifier %s makes an ISO", async (identifier) => {
  const expected = { detected: ["iso"], virtualSize: DISK_BYTES };
  await expect(inspect(iso(identifier), "iso")).resolves.toEqual(expected);
});

test.each([0, 2, 255])("an ISO whose first descriptor has type %i has an unknown size", async (type) => {
  await expect(inspect(iso("CD001", type), "iso")).resolves.toEqual({ detected: ["iso"], virtualSize: null });
});

test("the largest ISO size is exact, and half a descriptor is none", async () => {
  const largest = withPieces(iso(), [
    [32848, little(0xffffffff, 4)],
    [32896, little(0xffff, 2)],
  ]);
  await expect(inspect(largest, "iso")).resolves.toMatchObject({ virtualSize: 0xffffffff * 0xffff });
  await expect(inspect(withPieces(iso(), [], 34815), "raw")).resolves.toMatchObject({ detected: ["raw"] });
});

test("a LUKS1 volume is as large as its payload", async () => {
  await expect(inspect(luks(), "luks")).resolves.toEqual({ detected: ["luks"], virtualSize: DISK_BYTES });
  await expect(inspect(luks(), "raw")).resolves.toEqual({ detected: ["luks"], virtualSize: luks().size });
});

test.each([0, 2])("LUKS version %i is unsafe", async (version) => {
  await expectUnsafe(luks(version), "luks", /only LUKS1 is supported \(check version\)/);
});

test("a LUKS header cut off, or a payload after the end, is malformed", async () => {
  await expectMalformed(withPieces(luks(), [], 591), "luks", /header is cut off/);
  await expectMalformed(
    withPieces(luks(), [[104, big(0xffffffff, 4)]]),
    "luks",
    /payload starts after its end/,
  );
});
