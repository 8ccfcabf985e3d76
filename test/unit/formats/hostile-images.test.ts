import fc from "fast-check";
import { expect, test } from "vitest";
import { FormatRefused } from "../../../shared/formats/format-refused.ts";
import { inspectImage } from "../../../shared/formats/inspect-image.ts";
import { type Drawing, DrawnImage, type Piece, type Range } from "./drawn-image.ts";
import * as sample from "./sample-images.ts";

const SAMPLES: readonly Drawing[] = [
  sample.qcow2(2),
  sample.qcow2(3),
  sample.qed(),
  sample.vhd(),
  sample.fixedVhd(),
  sample.parallels(),
  sample.bochs(),
  sample.vhdx(),
  sample.vmdk(),
  sample.vmdkStream(),
  sample.text(sample.descriptor("monolithicFlat")),
  sample.vdi(),
  sample.iso(),
  sample.luks(),
  sample.partitioned(sample.linux),
  sample.partitioned(sample.protective),
  sample.withPieces(sample.iso(), sample.partitioned(sample.protective).pieces),
];
const MAX_READS = 5;

/** Changes a few bytes in or right after a piece: where the fields lie. */
const mutated = fc.constantFrom(...SAMPLES).chain((drawing) =>
  fc.record({
    size: fc.oneof(
      { weight: 4, arbitrary: fc.constant(drawing.size) },
      fc.nat(drawing.size),
      fc.nat(Number.MAX_SAFE_INTEGER),
    ),
    pieces: fc
      .array(
        fc.tuple(
          fc
            .constantFrom(...drawing.pieces)
            .chain(([offset]) => fc.nat(64).map((further) => offset + further)),
          fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 8 }), fc.constant(new Uint8Array(8).fill(0xff))),
        ),
        { maxLength: 4 },
      )
      .map((changes): Piece[] => [...drawing.pieces, ...changes]),
  }),
);
const random = fc
  .uint8Array({ maxLength: 70_000, size: "max" })
  .map((bytes): Drawing => ({ size: bytes.length, pieces: [[0, bytes]] }));
const request = fc.record({
  diskFormat: fc.constantFrom("qcow2", "vhd", "vhdx", "vmdk", "vdi", "iso", "raw", "ami", "gpt", "luks", ""),
  containerFormat: fc.constantFrom("bare", "bare", "ova"),
  requireMatch: fc.boolean(),
  gptNonFatal: fc.subarray(["mbr", "gptmbr"]),
});

function startsWithin(known: Range, range: Range): boolean {
  return range.offset >= known.offset && range.offset < known.offset + known.length;
}

/** Total, bounded, and no read starts with bytes that are known already. */
async function behaves(drawing: Drawing, asked: Parameters<typeof inspectImage>[1]): Promise<void> {
  const source = new DrawnImage(drawing);
  try {
    const { virtualSize } = await inspectImage(source, asked);
    expect(virtualSize === null || (Number.isSafeInteger(virtualSize) && virtualSize > 0)).toBe(true);
  } catch (error) {
    if (!(error instanceof FormatRefused)) throw error;
    expect(error.message.startsWith(error.reason)).toBe(true);
  }
  expect(source.reads.length).toBeLessThanOrEqual(MAX_READS);
  for (const [index, range] of source.reads.entries()) {
    expect(range.length).toBeLessThanOrEqual(sample.MiB);
    expect(range.offset + range.length).toBeLessThanOrEqual(drawing.size);
    expect(source.reads.slice(0, index).some((earlier) => startsWithin(earlier, range))).toBe(false);
  }
}

test("mutated headers end in an answer or a refusal, in few reads", async () => {
  await fc.assert(fc.asyncProperty(mutated, request, behaves), { numRuns: 3000 });
});

test("random bytes end in an answer or a refusal, in few reads", async () => {
  await fc.assert(fc.asyncProperty(random, request, behaves), { numRuns: 100 });
});

test("images cut off at any place end in an answer or a refusal", async () => {
  for (const drawing of SAMPLES) {
    const edges = drawing.pieces.flatMap(([offset, bytes]) => [offset, offset + 1, offset + bytes.length]);
    for (const size of [...edges, 1, 63, 64, 511, 512, 591, 592]) {
      for (const diskFormat of ["raw", "vmdk"]) {
        const asked = { diskFormat, containerFormat: "bare", requireMatch: false, gptNonFatal: [] };
        await behaves({ ...drawing, size }, asked);
      }
    }
  }
});

test("a source that ends before its stated size is a refusal or an answer too", async () => {
  for (const drawing of SAMPLES) {
    for (const real of [0, 10, 100, 600, 200_000]) {
      const shown = new DrawnImage({ ...drawing, size: Math.min(real, drawing.size) });
      const source = { size: drawing.size, read: shown.read.bind(shown) };
      const asked = { diskFormat: "raw", containerFormat: "bare", requireMatch: true, gptNonFatal: [] };
      const outcome = await inspectImage(source, asked).catch((error: unknown) => error);
      expect(outcome instanceof Error ? outcome.name : "answer").toMatch(/^(answer|FormatRefused)$/);
    }
  }
});
