import zlib from "node:zlib";
import { CompressionFailed } from "../compression-failed.ts";
import type { ExactInput } from "../exact-input.ts";
import { xzDamaged } from "./xz-damaged.ts";
import { xzNumber } from "./xz-number.ts";

const cutOff = () => new CompressionFailed("The xz data is cut off: its end is missing.");

/** Bytes of xz data, counted, with a checksum of those since it was begun. */
export class XzInput {
  readonly #input: ExactInput;
  count = 0;
  #crc = 0;

  constructor(input: ExactInput) {
    this.#input = input;
  }

  /** Fewer at the end only. */
  async upTo(count: number): Promise<Buffer> {
    const bytes = await this.#input.upTo(count);
    this.count += bytes.length;
    return bytes;
  }

  async take(count: number): Promise<Buffer> {
    const bytes = await this.upTo(count);
    if (bytes.length < count) throw cutOff();
    return bytes;
  }

  /** Begins the checksum with these bytes. */
  beginCrc(bytes: Uint8Array): void {
    this.#crc = zlib.crc32(bytes);
  }

  async takeSummed(count: number): Promise<Buffer> {
    const bytes = await this.take(count);
    this.#crc = zlib.crc32(bytes, this.#crc);
    return bytes;
  }

  /** A number of variable length, summed. */
  async number(): Promise<number> {
    const next = xzNumber();
    for (;;) {
      const value = next((await this.takeSummed(1))[0] ?? 0);
      if (value !== undefined) return value;
    }
  }

  /** The four bytes that must be the checksum. */
  async endCrc(what: string): Promise<void> {
    const expected = this.#crc;
    if ((await this.take(4)).readUInt32LE() !== expected) throw xzDamaged(`${what} has another checksum`);
  }
}
