import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FormatRefused } from "../../../shared/formats/format-refused.ts";
import { inspectImage } from "../../../shared/formats/inspect-image.ts";
import { drawnFiles } from "./drawn-files.ts";
import { type Drawing, DrawnImage } from "./drawn-image.ts";
import { writeDrawing } from "./judged-file.ts";
import { askQemu, qemuImg, requireQemuImg } from "./qemu-img.ts";

const MUTANTS = Number(process.env.FUZZ_RUNS ?? 300);
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);

let directory = "";

beforeAll(async () => {
  requireQemuImg();
  directory = await mkdtemp(join(tmpdir(), "format-fuzz-"));
  for (const format of ["raw", "vmdk"]) {
    await qemuImg(directory, "create", "-q", "-f", format, `base.${format}`, "10M");
  }
});

afterAll(async () => {
  if (directory !== "") await rm(directory, { recursive: true });
});

const isForeign = ({ declared }: (typeof drawnFiles)[number]) =>
  declared.some(({ verdict }) => verdict === "foreign");
const parents = drawnFiles.filter(isForeign).map(({ drawing }) => drawing);

const MAX_BYTES = 256 * 1024;
const wholeOf = async (drawing: Drawing) =>
  Buffer.from(await new DrawnImage(drawing).read(0, Math.min(drawing.size, MAX_BYTES)));

type Change = (file: Buffer) => Buffer;

const place = fc.nat(600);
const byte = fc.oneof(
  fc.constantFrom(..."\0\n\r\t \"'=:#/vVcC13\xff"),
  fc.nat(255).map((n) => String.fromCharCode(n)),
);
const change: fc.Arbitrary<Change> = fc.oneof(
  // A byte becomes another.
  fc.tuple(place, byte).map(
    ([at, to]): Change =>
      (file) => {
        const changed = Buffer.from(file);
        changed.write(to, Math.min(at, file.length - 1), "latin1");
        return changed;
      },
  ),
  // Bytes are put in, or taken out.
  fc.tuple(place, fc.array(byte, { minLength: 1, maxLength: 6 })).map(
    ([at, put]): Change =>
      (file) =>
        Buffer.concat([file.subarray(0, at), Buffer.from(put.join(""), "latin1"), file.subarray(at)]),
  ),
  fc.tuple(place, fc.integer({ min: 1, max: 4 })).map(
    ([at, count]): Change =>
      (file) =>
        Buffer.concat([file.subarray(0, at), file.subarray(at + count)]),
  ),
  // A word in other letters.
  fc.tuple(place, fc.integer({ min: 1, max: 20 }), fc.boolean()).map(
    ([at, count, upper]): Change =>
      (file) => {
        const word = file.toString("latin1", at, at + count);
        const changed = Buffer.from(file);
        changed.write(upper ? word.toUpperCase() : word.toLowerCase(), Math.min(at, file.length), "latin1");
        return changed;
      },
  ),
  // The end is cut off, or filled up.
  fc.nat(1200).map(
    (length): Change =>
      (file) =>
        file.subarray(0, Math.max(64, length)),
  ),
  fc.constantFrom(512, 4096, 65536).map(
    (length): Change =>
      (file) =>
        Buffer.concat([file, Buffer.alloc(Math.max(0, length - file.length))]),
  ),
);

const request = fc.record({
  diskFormat: fc.constantFrom("raw", "qcow2", "vmdk", "ami", "vhd", "iso", "ploop"),
  containerFormat: fc.constantFrom("bare", "bare", "ova"),
  requireMatch: fc.boolean(),
  gptNonFatal: fc.constant([]),
});

const isAccepted = (file: Buffer, asked: Parameters<typeof inspectImage>[1]) =>
  inspectImage(new DrawnImage({ size: file.length, pieces: [[0, file]] }), asked).then(
    () => true,
    (error: unknown) => {
      if (error instanceof FormatRefused) return false;
      throw error;
    },
  );

test("whatever becomes of the bytes of an unsafe image, what qemu-img opens with another file is refused", async () => {
  console.log(`seed ${SEED}`);
  const seen = { mutants: 0, foreign: 0, accepted: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...parents),
      fc.array(change, { minLength: 1, maxLength: 4 }),
      request,
      async (parent, changes, asked) => {
        const file = changes.reduce<Buffer>((bytes, each) => each(bytes), await wholeOf(parent));
        const accepted = await isAccepted(file, asked);
        await writeDrawing(directory, "mutant", { size: file.length, pieces: [[0, file]] });
        const { foreign } = await askQemu(directory, "mutant");
        seen.mutants++;
        if (accepted) seen.accepted++;
        if (foreign !== undefined) seen.foreign++;
        expect(accepted ? foreign : undefined).toBeUndefined();
      },
    ),
    { numRuns: MUTANTS, seed: SEED },
  );
  console.log(`${seen.mutants} mutants, ${seen.foreign} with another file, ${seen.accepted} accepted`);
  // If hardly any mutant were unsafe, nothing would have been shown.
  expect(seen.foreign).toBeGreaterThan(MUTANTS / 6);
});
