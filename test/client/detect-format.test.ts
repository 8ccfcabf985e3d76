import { expect, test } from "vitest";
import {
  assertAccepted,
  detectFormat,
  headBytes,
  STREAM_HEAD_BYTES,
} from "../../client/upload/detect-format.ts";
import { type Drawing, DrawnImage } from "../unit/formats/drawn-image.ts";
import * as sample from "../unit/formats/sample-images.ts";

const { MiB } = sample;

async function streamed(drawing: Drawing) {
  const shown = await new DrawnImage(drawing).read(0, STREAM_HEAD_BYTES);
  return headBytes(Buffer.from(shown));
}

test.each([
  ["qcow2", sample.qcow2(), "qcow2"],
  ["a vmdk", sample.vmdk(), "vmdk"],
  ["a stream of vmdk", sample.withPieces(sample.vmdkStream(), [], 8 * MiB), "vmdk"],
  ["a vhd", sample.vhd(), "vhd"],
  ["a fixed vhd", sample.fixedVhd(), "raw"],
  ["a vhdx", sample.vhdx(), "vhdx"],
  ["a hybrid ISO", sample.withPieces(sample.iso(), sample.partitioned(sample.linux).pieces), "iso"],
  ["a ploop", sample.parallels(), "ploop"],
  ["a partitioned disk", sample.partitioned(sample.linux), "raw"],
  ["an encrypted disk", sample.luks(), "raw"],
  ["qed", sample.qed(), "raw"],
  ["text without a zero", sample.text("# comment\n".repeat(200_000)), "raw"],
  ["nothing", { size: 0, pieces: [] }, "raw"],
])("%s is to be declared, from a file and from a stream", async (_, drawing, expected) => {
  expect(await detectFormat(new DrawnImage(drawing))).toBe(expected);
  expect(await detectFormat(await streamed(drawing))).toBe(expected);
});

const declared = (diskFormat: string) => ({ diskFormat, containerFormat: "bare" });

test("of a stream the first MiB is judged, and nothing is held against it that comes later", async () => {
  const overlay = sample.withPieces(sample.qcow2(), [[15, Uint8Array.of(1)]], 4 * MiB);
  await expect(streamed(overlay).then((bytes) => assertAccepted(bytes, declared("raw")))).rejects.toThrow(
    /has a backing file/,
  );
  const parent = sample.vmdkStream();
  const named = sample.withPieces(parent, sample.vmdk('parentFileNameHint="a"').pieces.slice(-1), 8 * MiB);
  await expect(streamed(named).then((bytes) => assertAccepted(bytes, declared("vmdk")))).rejects.toThrow(
    /parent/,
  );
  for (const [drawing, diskFormat] of [
    [sample.vhdx(), "vhdx"],
    [sample.withPieces(parent, [], 8 * MiB), "vmdk"],
    [sample.fixedVhd(), "vhd"],
    [sample.withPieces(sample.vhd(), [], 4 * MiB), "vhd"],
    [sample.iso(), "iso"],
  ] as const) {
    await assertAccepted(await streamed(drawing), declared(diskFormat));
  }
});

test("a stream that ends within the first MiB is judged whole", async () => {
  const short = sample.withPieces(sample.vmdkStream(), [], 512 * 1024);
  await expect(streamed(short).then((bytes) => assertAccepted(bytes, declared("vmdk")))).rejects.toThrow(
    /footer/,
  );
});
