import { open, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { readSlice } from "./read-slice.ts";
import type { Part } from "./stored-object.ts";

/** The data files of one bucket. A file that is being read is removed only when its last reader is done. */
export class DataFiles {
  readonly #folder: string;
  readonly #readers = new Map<string, number>();
  readonly #doomed = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * The bytes `first` to `last` (inclusive) of these parts taken one after the other, in constant memory: each chunk is
   * good until the next one is asked for. The files are kept from now on until the generator ends, so it must be run to
   * its end or returned.
   */
  read(parts: readonly Part[], first: number, last: number): AsyncGenerator<Buffer> {
    const wanted = slices(parts, first, last);
    for (const { file } of wanted) this.#readers.set(file, (this.#readers.get(file) ?? 0) + 1);
    const chunks = this.#chunks(wanted);
    // A generator that was never started skips its `finally`; this first step runs up to the first yield.
    void chunks.next();
    return chunks as AsyncGenerator<Buffer>;
  }

  async *#chunks(wanted: readonly Slice[]): AsyncGenerator<Buffer | undefined> {
    try {
      yield undefined;
      for (const { file, start, end } of wanted) {
        const handle = await open(join(this.#folder, file), "r");
        try {
          yield* readSlice(handle, start, end);
        } finally {
          await handle.close();
        }
      }
    } finally {
      await this.#release(wanted);
    }
  }

  /**
   * The parts as their files are: somebody, or a disk, may have damaged them. Undefined when a file is missing, the
   * same parts when all have the length that is on record.
   */
  async present(parts: readonly Part[]): Promise<readonly Part[] | undefined> {
    const lengths = await Promise.all(
      parts.map(({ file }) =>
        stat(join(this.#folder, file)).then(
          ({ size }) => size,
          () => undefined,
        ),
      ),
    );
    if (lengths.includes(undefined)) return undefined;
    if (parts.every(({ bytes }, index) => lengths[index] === bytes)) return parts;
    return parts.map((part, index) => ({ ...part, bytes: lengths[index] ?? 0 }));
  }

  /** Removes these files, those being read when that has ended. */
  async remove(parts: Iterable<Part>): Promise<void> {
    for (const { file } of parts) {
      if (this.#readers.has(file)) this.#doomed.add(file);
      else await rm(join(this.#folder, file), { force: true });
    }
  }

  async #release(slices: readonly Slice[]): Promise<void> {
    for (const { file } of slices) {
      const left = (this.#readers.get(file) ?? 1) - 1;
      if (left > 0) this.#readers.set(file, left);
      else {
        this.#readers.delete(file);
        if (this.#doomed.delete(file)) await rm(join(this.#folder, file), { force: true });
      }
    }
  }
}

interface Slice {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** The parts that have any of these bytes. */
export function partsWithin(
  parts: readonly Part[],
  { first, last }: { readonly first: number; readonly last: number },
): readonly Part[] {
  const files = new Set(slices(parts, first, last).map(({ file }) => file));
  return parts.filter(({ file }) => files.has(file));
}

function slices(parts: readonly Part[], first: number, last: number): readonly Slice[] {
  const wanted: Slice[] = [];
  let offset = 0;
  for (const { file, bytes } of parts) {
    const start = Math.max(first - offset, 0);
    const end = Math.min(last - offset, bytes - 1);
    if (start <= end) wanted.push({ file, start, end });
    offset += bytes;
  }
  return wanted;
}
