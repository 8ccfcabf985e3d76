import { expect, test } from "vitest";
import { latin1 } from "./drawn-image.ts";
import { inspect, refusal } from "./inspection.ts";
import { DISK_BYTES, linux, partitioned, protective, withPieces } from "./sample-images.ts";

const unused = { type: 0 };
const accepted = { detected: ["gpt"], virtualSize: DISK_BYTES };

test.each([
  ["one MBR partition", partitioned(linux)],
  ["four MBR partitions", partitioned(linux, linux, linux, linux)],
  ["an MBR partition in the last slot only", partitioned(unused, unused, unused, linux)],
  ["a protective MBR", partitioned(protective)],
])("%s is accepted, with the size of the file", async (_, disk) => {
  await expect(inspect(disk, "raw")).resolves.toEqual(accepted);
  await expect(inspect(disk, "gpt")).resolves.toEqual(accepted);
});

test.each([
  ["no partition", partitioned(), /without any partition/],
  ["an invalid boot flag", partitioned({ ...linux, boot: 0x01 }), /invalid boot flag in MBR partition 0/],
  ["an invalid boot flag of an unused slot", partitioned(linux, { type: 0, boot: 0x7f }), /MBR partition 1/],
  [
    "a protective MBR with another start sector",
    partitioned({ ...protective, chs: "\0\x01\0" }),
    /start CHS/,
  ],
  [
    "a protective MBR with another start head",
    partitioned({ ...protective, chs: "\x01\x02\0" }),
    /start CHS/,
  ],
  ["a protective MBR with another start LBA", partitioned({ ...protective, lba: 2 }), /start LBA/],
  ["a protective MBR and another partition", partitioned(protective, linux), /extra partitions/],
  ["a protective MBR in another slot", partitioned(unused, protective), /extra partitions/],
])("%s is unsafe", async (_, disk, message) => {
  for (const requireMatch of [true, false]) {
    const refused = await refusal(disk, "gpt", { requireMatch });
    expect(refused.message).toMatch(message);
    expect(refused.message).toMatch(/Set disk_format to raw.*gpt_safety_checks_nonfatal/);
    // Raw promises no partition table: an empty label, a boot loader or a file system are raw data as well.
    await expect(inspect(disk, "raw", { requireMatch })).resolves.toEqual(accepted);
  }
});

test("a protective partition may carry the boot flag", async () => {
  await expect(inspect(partitioned({ ...protective, boot: 0x80 }), "raw")).resolves.toEqual(accepted);
});

test("the mbr check can be made non-fatal, and only by its name", async () => {
  const empty = partitioned();
  await expect(inspect(empty, "gpt", { gptNonFatal: ["gptmbr", "mbr"] })).resolves.toEqual(accepted);
  const { message } = await refusal(empty, "gpt", { gptNonFatal: ["gptmbr"] });
  expect(message).toMatch(/declared as gpt, is gpt .*\(check mbr\)/);
});

test("a FAT boot sector is no partition table", async () => {
  const fat = withPieces(partitioned(), [
    [0x10, latin1("\x02")],
    [0x15, latin1("\xf8")],
  ]);
  await expect(inspect(fat, "raw")).resolves.toEqual({ detected: ["raw"], virtualSize: DISK_BYTES });
  const floppy = withPieces(fat, [[0x15, latin1("\xf0")]]);
  await expect(inspect(floppy, "raw")).resolves.toMatchObject({ virtualSize: DISK_BYTES });
});

test("less than a sector is no partition table", async () => {
  const short = withPieces(partitioned(linux), [], 511);
  await expect(inspect(short, "raw")).resolves.toMatchObject({ detected: ["raw"] });
});
