import { expect, test } from "vitest";
import { inspectImage } from "../../../shared/formats/inspect-image.ts";
import { DrawnImage, latin1, little } from "./drawn-image.ts";
import { expectMalformed, expectUnsafe, inspect } from "./inspection.ts";
import {
  DISK_BYTES,
  descriptor,
  MiB,
  STREAM_END,
  text,
  vmdk,
  vmdkStream,
  withPieces,
} from "./sample-images.ts";

const accepted = { detected: ["vmdk"], virtualSize: DISK_BYTES };

test.each(["monolithicSparse", "MONOLITHICSPARSE", "streamOptimized"])(
  "create type %s is accepted",
  async (type) => {
    await expect(inspect(vmdk(descriptor(type)), "vmdk")).resolves.toEqual(accepted);
  },
);

test.each(["monolithicFlat", "twoGbMaxExtentSparse", "vmfs", "custom", "x".repeat(63), ""])(
  "create type %s is unsafe",
  async (type) => {
    await expectUnsafe(vmdk(descriptor(type)), "vmdk", /subformat other than/);
  },
);

const valid = descriptor();
test.each([
  ["an empty descriptor", "", /no descriptor/],
  ["no create type", valid.replace("createType", "type"), /exactly one create type/],
  [
    "an unquoted create type",
    valid.replace('"monolithicSparse"', "monolithicSparse"),
    /exactly one create type/,
  ],
  ["an endless create type", valid.replace("monolithicSparse", "x".repeat(64)), /exactly one create type/],
  ["two create types", `${valid}createType="monolithicFlat"\n`, /exactly one create type/],
  ["a create type in a comment too", `# createType\n${valid}`, /exactly one create type/],
  ["an unknown line", `${valid}include other.vmdk\n`, /line that is not understood/],
  ["a key of two words", `${valid}some key=1\n`, /line that is not understood/],
  [
    "an unknown access mode",
    descriptor("monolithicSparse", 'RX 20480 SPARSE "a"'),
    /line that is not understood/,
  ],
  [
    "an extent by absolute path",
    descriptor("monolithicSparse", 'RW 20480 FLAT "/etc/passwd" 0'),
    /by a path/,
  ],
  ["an extent by relative path", descriptor("monolithicSparse", 'RDONLY 1 SPARSE "../a"'), /by a path/],
  ["no extents", descriptor("monolithicSparse", ""), /without extents/],
  ["an extent in a folder of Windows", descriptor("monolithicSparse", 'RW 1 SPARSE "c:\\a"'), /by a path/],
  ["a flat extent", descriptor("monolithicSparse", 'RW 20480 FLAT "a" 0'), /not sparse/],
  ["two extents", descriptor("monolithicSparse", 'RW 1 SPARSE "a"\nRW 1 SPARSE "b"'), /more than one extent/],
  ["an extent without a name", descriptor("monolithicSparse", "RW 20480 ZERO"), /without a name/],
  ["a changed-block file", `${valid}changeTrackPath="a-ctk.vmdk"\n`, /line that is not understood/],
  ["a sidecar", `${valid}ddb.sidecars = "a.vmfd"\n`, /names a file beside it/],
  ["a parent by name", `${valid}parentFileNameHint="base.vmdk"\n`, /names a parent/],
  ["a parent by name, in capitals", `${valid}PARENTFILENAMEHINT="base.vmdk"\n`, /names a parent/],
  ["a parent by name, in a comment", `# parentFileNameHint="base.vmdk"\n${valid}`, /names a parent/],
  ["a parent by its id alone", valid.replace("parentCID=ffffffff", "parentCID=0000abcd"), /names a parent/],
  ["a parent by its id in capitals", valid.replace("parentCID=ffffffff", "PARENTCID=1"), /names a parent/],
  [
    "a parent of VirtualBox",
    `${valid}ddb.uuid.parent="1c5d1b2c-0d1e-4c3b-9a55-0a0b0c0d0e0f"\n`,
    /names a parent/,
  ],
  ["a native snapshot", `${valid}isNativeSnapshot="yes"\n`, /names a parent/],
])("%s is unsafe", async (_, content, message) => {
  await expectUnsafe(vmdk(content), "vmdk", message);
});

test.each(["rw", "RDONLY", "noaccess"])("an extent with access %s is understood", async (access) => {
  const content = descriptor("monolithicSparse", `  ${access} 20480 SPARSE "disk.vmdk"  `);
  await expect(inspect(vmdk(content), "vmdk")).resolves.toEqual(accepted);
});

test.each([
  ["a name beyond ASCII", descriptor("monolithicSparse", 'RW 20480 SPARSE "gr\xc3\xb6\xc3\x9fe.vmdk"')],
  ["a comment beyond ASCII", `# \xe9\n${valid}`],
  ["a name of the word createType", descriptor("monolithicSparse", 'RW 20480 SPARSE "createType.vmdk"')],
  ["lines of Windows", valid.replaceAll("\n", "\r\n")],
  ["VirtualBox's nil parent", `${valid}ddb.uuid.parent="00000000-0000-0000-0000-000000000000"\n`],
  ["no native snapshot", `${valid}isNativeSnapshot="no"\nencoding="UTF-8"\n`],
])("%s is no fault", async (_, content) => {
  await expect(inspect(vmdk(content), "vmdk")).resolves.toEqual(accepted);
});

test("a parent is found in 20 sectors, however short the header says that the descriptor is", async () => {
  const short = (content: string) => withPieces(vmdk(content), [[36, little(1, 8)]]);
  await expect(inspect(short(valid), "vmdk")).resolves.toEqual(accepted);
  for (const sector of [1, 19]) {
    const content = `${valid.padEnd(sector * 512, "\n")}parentFileNameHint="a"`;
    await expectUnsafe(short(content), "vmdk", /names a parent/);
  }
});

test("what follows the descriptor's padding is not part of it", async () => {
  await expect(inspect(vmdk(`${valid}\0nonsense`), "vmdk")).resolves.toEqual(accepted);
});

test.each([0, 4, 0xffffffff])("version %i is unsafe", async (version) => {
  await expectUnsafe(withPieces(vmdk(), [[4, little(version, 4)]]), "vmdk", /unsupported VMDK version/);
});

test.each([0n, 2n, 1n << 63n])("a descriptor in sector %i is unsafe", async (sector) => {
  await expectUnsafe(withPieces(vmdk(), [[28, little(sector, 8)]]), "vmdk", /no descriptor right after/);
});

test("a descriptor that claims any length is read up to 1 MiB", async () => {
  const claim = withPieces(vmdk(), [[36, little(0xffff_ffff_ffff_ffffn, 8)]]);
  await expectMalformed(claim, "vmdk", /descriptor is cut off/);
  await expect(inspect(withPieces(claim, [], 4 * MiB), "vmdk")).resolves.toEqual(accepted);
});

test("a VMDK without a capacity is unsafe: readers open what its descriptor names", async () => {
  await expectUnsafe(withPieces(vmdk(), [[12, little(0, 8)]]), "vmdk", /no capacity of its own/);
});

test("a sparse extent of ESX is one of several files", async () => {
  await expectUnsafe({ size: 4096, pieces: [[0, latin1("COWD")]] }, "vmdk", /one of several files/);
});

test("a header cut off, and a capacity beyond all numbers, are malformed", async () => {
  await expectMalformed(withPieces(vmdk(), [], 63), "vmdk", /header is cut off/);
  await expectMalformed(withPieces(vmdk(), [[12, little(1n << 45n, 8)]]), "vmdk", /impossibly large/);
});

test("a stream whose footer repeats its header is accepted", async () => {
  await expect(inspect(vmdkStream(), "vmdk")).resolves.toEqual(accepted);
});

const FOOTER = STREAM_END + 512;
test.each([
  ["a footer without signature", FOOTER, "KDMX", /contradicts/],
  ["a footer of another version", FOOTER + 4, "\x02", /contradicts/],
  ["a footer of another capacity", FOOTER + 12, "\xff", /contradicts/],
  ["a footer with another descriptor", FOOTER + 28, "\x02", /contradicts/],
  ["a footer with a longer descriptor", FOOTER + 36, "\x15", /contradicts/],
  ["a footer that points to another", FOOTER + 56, "\xff".repeat(8), /another footer/],
  ["a footer marker of another type", STREAM_END + 12, "\x01", /invalid footer marker/],
  ["a footer marker with a size", STREAM_END + 8, "\x01", /invalid footer marker/],
  ["a footer marker with content", STREAM_END + 511, "\x01", /invalid footer marker/],
  ["an end marker of another type", FOOTER + 512 + 12, "\x01", /invalid end-of-stream marker/],
  ["an end marker with a value", FOOTER + 512, "\x01", /invalid end-of-stream marker/],
  ["an end marker with content", MiB - 1, "\x01", /invalid end-of-stream marker/],
])("%s is unsafe", async (_, offset, bytes, message) => {
  await expectUnsafe(withPieces(vmdkStream(), [[offset, latin1(bytes)]]), "vmdk", message);
});

test("a file of odd length cannot have a footer", async () => {
  await expectUnsafe(withPieces(vmdkStream(), [], MiB + 1), "vmdk", /no room for its footer/);
});

test("a file smaller than a footer cannot have one", async () => {
  const oneSector = withPieces(vmdkStream(), [[36, little(1, 8)]], 1024);
  await expectUnsafe(oneSector, "vmdk", /no room for its footer/);
});

test("a text descriptor is recognised and never safe", async () => {
  await expectUnsafe(text(descriptor("monolithicFlat")), "vmdk", /subformat other than/);
  await expectUnsafe(text(descriptor("monolithicSparse")), "vmdk", /without the data it describes/);
  await expectUnsafe(text(`# \xe9\n${valid}`), "vmdk", /without the data it describes/);
});

test("a text descriptor is found behind comments up to 1 MiB", async () => {
  await expectUnsafe(text("# comment\n".repeat(10_000) + valid), "vmdk", /without the data/);
  const later = text("# comment\n".repeat(110_000) + valid);
  await expect(inspect(later, "raw")).resolves.toMatchObject({ detected: ["raw"] });
});

test("text without a create type is raw", async () => {
  const script = text("#!/bin/sh\necho hello\n");
  await expect(inspect(script, "raw")).resolves.toEqual({ detected: ["raw"], virtualSize: script.size });
});

test("text that is padded within the first read costs no other", async () => {
  const source = new DrawnImage({ size: 4 * MiB, pieces: [[0, latin1("x".repeat(600))]] });
  await inspectImage(source, {
    diskFormat: "raw",
    containerFormat: "bare",
    requireMatch: true,
    gptNonFatal: [],
  });
  expect(source.reads).toHaveLength(1);
});
