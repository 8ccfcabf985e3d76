import { expect, test } from "vitest";
import { big, latin1 } from "./drawn-image.ts";
import { expectMalformed, expectUnsafe, inspect, refusal } from "./inspection.ts";
import {
  DISK_BYTES,
  fixedVhd,
  iso,
  luks,
  MiB,
  partitioned,
  qcow2,
  VHD_END,
  vhd,
  withPieces,
} from "./sample-images.ts";

const accepted = { detected: ["vhd"], virtualSize: DISK_BYTES };

test("a dynamic VHD is as large as it is now, not as it was made", async () => {
  await expect(inspect(vhd(), "vhd")).resolves.toEqual(accepted);
});

test.each(["vpc ", "qemu", "vbox"])("a disk made by '%s' is as large as its geometry", async (creator) => {
  const image = withPieces(vhd(), [
    [28, latin1(creator)],
    [56, big(16, 2)],
    [58, big(8, 1)],
    [59, big(17, 1)],
  ]);
  await expect(inspect(image, "vhd")).resolves.toMatchObject({ virtualSize: 16 * 8 * 17 * 512 });
  const largest = withPieces(image, [
    [56, big(65535, 2)],
    [58, big(16, 1)],
    [59, big(255, 1)],
  ]);
  await expect(inspect(largest, "vhd")).resolves.toMatchObject({ virtualSize: DISK_BYTES });
});

test("a VHD cut off, or of impossible size, is malformed", async () => {
  await expectMalformed(withPieces(vhd(), [], 100), "vhd", /header is cut off/);
  await expectMalformed(withPieces(vhd(), [], 1024), "vhd", /dynamic header is cut off/);
  await expectMalformed(withPieces(vhd(), [[48, big(1n << 53n, 8)]]), "vhd", /impossibly large/);
  await expectMalformed(withPieces(vhd(), [[512, big(0, 1)]]), "vhd", /dynamic header has no signature/);
  await expectMalformed(withPieces(vhd(), [[16, big(1n << 63n, 8)]]), "vhd", /impossibly large/);
});

test.each([
  ["in the copy of its footer", 60, big(4, 4)],
  ["in its footer", VHD_END + 60, big(4, 4)],
  ["by the parent's UUID", 512 + 40 + 15, big(1, 1)],
  ["by a parent locator", 512 + 576 + 7 * 24, latin1("W2ru")],
])("a differencing disk is unsafe, said %s", async (_, offset, bytes) => {
  await expectUnsafe(withPieces(vhd(), [[offset, bytes]]), "vhd", /difference to a parent .*Merge-VHD/);
});

test("a footer at the start is that of a dynamic disk", async () => {
  await expectUnsafe(withPieces(vhd(), [[60, big(2, 4)]]), "vhd", /another type/);
});

test("a dynamic VHD without the footer behind it is one all the same", async () => {
  await expect(inspect(withPieces(vhd(), [[VHD_END, big(0, 8)]]), "vhd")).resolves.toEqual(accepted);
});

test.each([
  ["partitions", partitioned({ type: 0x83 })],
  ["an empty label", partitioned()],
  ["an ISO", iso()],
  ["zeros", { size: DISK_BYTES, pieces: [] }],
])("a fixed VHD of a disk with %s is one for those who declare it", async (_, disk) => {
  await expect(inspect(fixedVhd(disk), "vhd")).resolves.toMatchObject({ virtualSize: DISK_BYTES });
  await expect(inspect(fixedVhd(disk), "raw")).resolves.toMatchObject({ virtualSize: DISK_BYTES + 512 });
  const { reason } = await refusal(disk, "vhd");
  expect(reason).toMatch(/vhd does not match stream data/);
});

test("a fixed VHD that holds an image that readers would take for the whole is refused", async () => {
  const overlay = fixedVhd(withPieces(qcow2(), [[8, big(1, 8)]], DISK_BYTES));
  expect((await refusal(overlay, "vhd")).message).toMatch(/has a backing file/);
  const sound = fixedVhd(withPieces(qcow2(), [], DISK_BYTES));
  expect((await refusal(sound, "vhd")).reason).toMatch(/Multiple formats detected: qcow2, vhd/);
  expect((await refusal(overlay, "vhd", { requireMatch: false })).message).toMatch(/has a backing file/);
});

test("a fixed VHD without all of its data is malformed", async () => {
  const short = withPieces(fixedVhd({ size: MiB, pieces: [] }), []);
  await expectMalformed(short, "vhd", /data is cut off/);
  await expect(inspect(fixedVhd(luks()), "vhd")).resolves.toMatchObject({ virtualSize: DISK_BYTES });
});
