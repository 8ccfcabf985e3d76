import type { ByteSource } from "./byte-source.ts";
import { MalformedImage } from "./malformed-image.ts";

// Covers every fixed header, ISO's volume descriptor at 32 KiB included, in one request.
const HEAD_BYTES = 64 * 1024;
const SECTOR_BYTES = 512;

interface Piece {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** The one view of an object that all inspectors share: what one has read, no other asks for again. */
export class RangedReader {
  readonly size: number;
  /**
   * The first 64 KiB of the object, or all of a smaller one, but never less than a sector: QEMU reads zeros behind
   * the end of a file, so 122 bytes are a whole qcow2 header for it.
   */
  readonly head: Uint8Array;
  readonly #source: ByteSource;
  readonly #pieces: Piece[];

  private constructor(source: ByteSource, start: Uint8Array) {
    this.size = source.size;
    this.head = start.length < SECTOR_BYTES ? padded(start, SECTOR_BYTES) : start;
    this.#source = source;
    this.#pieces = [{ offset: 0, bytes: start }];
  }

  static async open(source: ByteSource): Promise<RangedReader> {
    const length = Math.min(HEAD_BYTES, source.size);
    return new RangedReader(source, length > 0 ? await source.read(0, length) : new Uint8Array(0));
  }

  /** The bytes of a range, fewer where the object ends. A range that starts in known bytes fetches only the rest. */
  async read(offset: number, length: number): Promise<Uint8Array> {
    const wanted = Math.max(0, Math.min(length, this.size - offset));
    const known = this.#known(offset, wanted);
    if (known.length === wanted) return known;
    const fetched = await this.#source.read(offset + known.length, wanted - known.length);
    const bytes = new Uint8Array(known.length + fetched.length);
    bytes.set(known);
    bytes.set(fetched, known.length);
    this.#pieces.push({ offset, bytes });
    return bytes;
  }

  /** Like `read`, but all of it: throws MalformedImage naming `what` where the object ends first. */
  async exactly(offset: number, length: number, what: string): Promise<Uint8Array> {
    const bytes = await this.read(offset, length);
    if (bytes.length < length) throw new MalformedImage(`its ${what} is cut off`);
    return bytes;
  }

  /** The longest known run of bytes from `offset`, at most `length`. */
  #known(offset: number, length: number): Uint8Array {
    let longest: Uint8Array = new Uint8Array(0);
    for (const piece of this.#pieces) {
      const from = offset - piece.offset;
      if (from < 0 || piece.bytes.length - from <= longest.length) continue;
      longest = piece.bytes.subarray(from, from + length);
    }
    return longest;
  }
}

function padded(bytes: Uint8Array, length: number): Uint8Array {
  const whole = new Uint8Array(length);
  whole.set(bytes);
  return whole;
}
