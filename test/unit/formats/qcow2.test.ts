import { expect, test } from "vitest";
import { big } from "./drawn-image.ts";
import { expectMalformed, expectUnsafe, inspect } from "./inspection.ts";
import { DISK_BYTES, qcow2, withPieces } from "./sample-images.ts";

test.each([2, 3])("version %i is recognised with its virtual size", async (version) => {
  const expected = { detected: ["qcow2"], virtualSize: DISK_BYTES };
  await expect(inspect(qcow2(version), "qcow2")).resolves.toEqual(expected);
});

test.each([32, 104, 511])("%i bytes are recognised: QEMU reads zeros behind them", async (size) => {
  const short = withPieces(qcow2(), [], size);
  await expect(inspect(short, "raw")).resolves.toEqual({ detected: ["qcow2"], virtualSize: size });
  await expectUnsafe(withPieces(qcow2(), [[8, big(112, 8)]], size), "qcow2", /has a backing file/);
});

test.each([2, 3])("a backing file is unsafe in version %i", async (version) => {
  await expectUnsafe(withPieces(qcow2(version), [[8, big(0x200, 8)]]), "qcow2", /has a backing file/);
});

test.each([2, 3])("an external data file is unsafe in version %i", async (version) => {
  await expectUnsafe(withPieces(qcow2(version), [[79, big(0x04, 1)]]), "qcow2", /external data file/);
});

test.each([0, 1, 4, 0xffffffff])("version %i is unsafe", async (version) => {
  await expectUnsafe(qcow2(version), "qcow2", /unsupported qcow2 version/);
});

test.each([0x20n, 0x8000n, 1n << 63n])(
  "the unknown feature bit %i is unsafe in version 3 only",
  async (bit) => {
    await expectUnsafe(
      withPieces(qcow2(3), [[72, big(bit, 8)]]),
      "qcow2",
      /unknown or unsupported qcow2 features/,
    );
    const { virtualSize } = await inspect(withPieces(qcow2(2), [[72, big(bit, 8)]]), "qcow2");
    expect(virtualSize).toBe(DISK_BYTES);
  },
);

test("dirty, corrupt, compression type and extended L2 entries are known features", async () => {
  const { virtualSize } = await inspect(withPieces(qcow2(), [[79, big(0x1b, 1)]]), "qcow2");
  expect(virtualSize).toBe(DISK_BYTES);
});

test("every failed check is named", async () => {
  const both = withPieces(qcow2(9), [[8, big(1, 8)]]);
  await expectUnsafe(both, "qcow2", /check backing_file.*check unknown_features/);
});

test("a size that no number holds exactly is malformed", async () => {
  const largest = withPieces(qcow2(), [[24, big(Number.MAX_SAFE_INTEGER, 8)]]);
  await expect(inspect(largest, "qcow2")).resolves.toMatchObject({ virtualSize: Number.MAX_SAFE_INTEGER });
  await expectMalformed(withPieces(qcow2(), [[24, big(1n << 53n, 8)]]), "qcow2", /impossibly large/);
});
