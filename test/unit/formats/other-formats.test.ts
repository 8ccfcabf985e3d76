import { expect, test } from "vitest";
import { big, little } from "./drawn-image.ts";
import { expectMalformed, expectUnsafe, inspect } from "./inspection.ts";
import {
  bochs,
  cloop,
  DISK_BYTES,
  iso,
  luks,
  MiB,
  parallels,
  qed,
  vdi,
  withPieces,
} from "./sample-images.ts";

test("a QED image is recognised and never allowed", async () => {
  await expectUnsafe(qed(), "qed", /never allowed \(check banned\)/);
  await expectUnsafe(withPieces(qed(), [], 64), "qed", /never allowed/);
});

test("a VDI states its size", async () => {
  await expect(inspect(vdi(), "vdi")).resolves.toEqual({ detected: ["vdi"], virtualSize: DISK_BYTES });
  await expect(inspect(withPieces(vdi(), [], 511), "vdi")).resolves.toMatchObject({ detected: ["vdi"] });
  await expect(inspect(withPieces(vdi(), [[0x170, little(1000, 8)]]), "vdi")).resolves.toMatchObject({
    virtualSize: 1024,
  });
  await expectMalformed(withPieces(vdi(), [[0x170, little(1n << 63n, 8)]]), "vdi", /impossibly large/);
});

test.each([
  ["an undo image", 0x4c, little(3, 4), /difference to a parent/],
  ["a differencing image", 0x4c, little(4, 4), /difference to a parent/],
  ["a link", 0x1a8 + 15, little(1, 1), /difference to a parent/],
  ["a parent", 0x1b8, little(1, 1), /difference to a parent/],
  ["another version", 0x44, little(1, 4), /unsupported VDI version/],
])("a VDI with %s is unsafe", async (_, offset, bytes, message) => {
  await expectUnsafe(withPieces(vdi(), [[offset, bytes]]), "vdi", message);
});

test.each([
  ["WithouFreSpacExt", 1n << 40n, 2 ** 49],
  ["WithoutFreeSpace", (7n << 32n) + 2048n, MiB],
])("a ploop with mark %s states its size", async (mark, sectors, virtualSize) => {
  const image = withPieces(parallels(mark), [[36, little(sectors, 8)]]);
  await expect(inspect(image, "ploop")).resolves.toEqual({ detected: ["ploop"], virtualSize });
  await expect(inspect(image, "raw")).resolves.toEqual({ detected: ["ploop"], virtualSize: image.size });
  await expect(inspect(image, "qcow2")).rejects.toThrow(/Set disk_format to ploop/);
});

test("a Bochs redolog is whole if it is a growing one", async () => {
  await expect(inspect(bochs(), "raw")).resolves.toEqual({ detected: ["bochs"], virtualSize: 4096 });
  for (const session of ["Undoable", "Volatile", "Growing2"]) {
    await expectUnsafe(bochs(session), "bochs", /only the difference to a base disk/);
  }
});

test("a compressed loop image is recognised", async () => {
  await expect(inspect(cloop(), "raw")).resolves.toEqual({ detected: ["cloop"], virtualSize: 4096 });
  await expect(inspect(cloop(), "qcow2")).rejects.toThrow(/convert -f cloop -O qcow2/);
});

test.each(["CD001", "NSR02", "NSR03", "BEA01"])("the identifier %s makes an ISO", async (identifier) => {
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

test("LUKS2 does not state its size, and is raw data as well", async () => {
  await expect(inspect(luks(2), "luks")).resolves.toEqual({ detected: ["luks"], virtualSize: null });
  await expect(inspect(luks(2), "raw")).resolves.toEqual({ detected: ["luks"], virtualSize: luks().size });
});

test("a LUKS header cut off, or a payload after the end, is malformed, but raw data", async () => {
  const detached = withPieces(luks(), [], 16 * 1024);
  await expect(inspect(detached, "raw")).resolves.toEqual({ detected: ["luks"], virtualSize: 16 * 1024 });
  await expectMalformed(withPieces(luks(), [], 591), "luks", /header is cut off/);
  await expectMalformed(
    withPieces(luks(), [[104, big(0xffffffff, 4)]]),
    "luks",
    /payload starts after its end/,
  );
});
