import type { ByteSource } from "../../../shared/formats/byte-source.ts";

export type Piece = readonly [offset: number, bytes: Uint8Array];

/** An image made of a few pieces on zeros, as large as it likes to be. */
export interface Drawing {
  readonly size: number;
  readonly pieces: readonly Piece[];
}

export interface Range {
  readonly offset: number;
  readonly length: number;
}

/** A source that shows a drawing and remembers what was read. Later pieces cover earlier ones. */
export class DrawnImage implements ByteSource {
  readonly size: number;
  readonly reads: Range[] = [];
  readonly #pieces: readonly Piece[];

  constructor({ size, pieces }: Drawing) {
    this.size = size;
    this.#pieces = pieces;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    this.reads.push({ offset, length });
    const shown = new Uint8Array(Math.max(0, Math.min(length, this.size - offset)));
    for (const [start, bytes] of this.#pieces) {
      const from = Math.max(0, offset - start);
      const at = start + from - offset;
      if (at < shown.length) shown.set(bytes.subarray(from, from + shown.length - at), at);
    }
    return shown;
  }
}

export function latin1(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}

/** A little-endian field of `width` bytes. */
export function little(value: number | bigint, width: number): Uint8Array {
  return big(value, width).reverse();
}

/** A big-endian field of `width` bytes. */
export function big(value: number | bigint, width: number): Uint8Array {
  return Buffer.from(value.toString(16).padStart(width * 2, "0"), "hex");
}
