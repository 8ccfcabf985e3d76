import { randomBytes, randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { ConvertibleFormat } from "../../../shared/images/domain/convertible-formats.ts";
import { ConversionRefused, type DiskFile, type Workshops } from "../../../shared/images/ports/workshop.ts";

export interface WorkshopsUnderTest {
  /** The workshops of the same folder, as a new life of the machine finds them. */
  readonly begin: () => Promise<Workshops>;
  /** The names of all files in the folder that belong to a workshop. */
  readonly files: () => Promise<readonly string[]>;
  /** A disk with these bytes, in this format. */
  readonly image: (disk: Uint8Array, format: ConvertibleFormat) => Promise<Uint8Array>;
}

const never = new AbortController().signal;
const CAP = 100_000_000;

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 100_000) yield bytes.subarray(at, at + 100_000);
}

async function contentOf(file: DiskFile): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.stream()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** What workshops must do; `make` gives an empty folder of them. */
export function workshopsContract(name: string, make: () => Promise<WorkshopsUnderTest>) {
  describe(`workshops: ${name}`, () => {
    it("convert a disk to another format and back, and leave nothing when they are closed", async () => {
      const { begin, files, image } = await make();
      const disk = randomBytes(512_000);
      const workshops = await begin();
      const shop = await workshops.open(randomUUID());
      const bytes = await image(disk, "qcow2");
      const source = await shop.take(inPieces(bytes), bytes.length, never);
      expect(source.size).toBe(bytes.length);
      expect(Buffer.from(await source.read(0, 4)).toString("latin1")).toBe("QFI\xfb");
      expect(await source.read(bytes.length - 2, 100)).toHaveLength(2);
      expect(await shop.describe(source, "qcow2", never)).toEqual({ virtualSize: disk.length });
      const result = await shop.convert(source, { from: "qcow2", to: "raw", mostBytes: CAP }, never);
      expect((await contentOf(result)).equals(disk)).toBe(true);
      await shop.close();
      await shop.close();
      expect(await files()).toEqual([]);

      const back = await workshops.open(randomUUID());
      const raw = await back.take(inPieces(disk), disk.length, never);
      const made = await back.convert(raw, { from: "raw", to: "qcow2", mostBytes: CAP }, never);
      expect(await back.describe(made, "qcow2", never)).toEqual({ virtualSize: disk.length });
      await back.close();
    });

    it("refuse what is not of the format, and more bytes than may come of it", async () => {
      const { begin, image } = await make();
      const shop = await (await begin()).open(randomUUID());
      const bytes = await image(randomBytes(512_000), "raw");
      const file = await shop.take(inPieces(bytes), bytes.length, never);
      await expect(shop.describe(file, "qcow2", never)).rejects.toBeInstanceOf(ConversionRefused);
      const much = shop.convert(file, { from: "raw", to: "qcow2", mostBytes: 10_000 }, never);
      await expect(much).rejects.toBeInstanceOf(ConversionRefused);
      await shop.close();
    });

    it("end what is under way with the reason that they are given", async () => {
      const { begin, image } = await make();
      const shop = await (await begin()).open(randomUUID());
      const bytes = await image(randomBytes(512_000), "raw");
      const file = await shop.take(inPieces(bytes), bytes.length, never);
      const ended = AbortSignal.abort(new Error("nobody wants it"));
      const order = { from: "raw", to: "qcow2", mostBytes: CAP } as const;
      await expect(shop.convert(file, order, ended)).rejects.toThrow("nobody wants it");
      await expect(shop.describe(file, "raw", ended)).rejects.toThrow("nobody wants it");
      await shop.close();
    });

    it("tell the next life what one that was killed has left behind, under the same name", async () => {
      const { begin, files } = await make();
      const [first, id] = [await begin(), randomUUID()];
      expect(first.leftBehind).toEqual([]);
      await (await first.open(id)).take(inPieces(Buffer.alloc(512)), 512, never);
      const second = await begin();
      expect([second.name, second.leftBehind]).toEqual([first.name, [id]]);
      // Begun again, and not gone on with.
      const again = await second.open(id);
      await again.take(inPieces(Buffer.alloc(1024)), 1024, never);
      await second.clear(id);
      await second.clear(id);
      expect(await files()).toEqual([]);
    });
  });
}
