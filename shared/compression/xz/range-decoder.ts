import { xzDamaged } from "./xz-damaged.ts";

const TOP = 1 << 24;
const MODEL_BITS = 11;
const MOVE_BITS = 5;
const INIT = 1 << (MODEL_BITS - 1);
const HEAD_BYTES = 5;

/** Chances of bits, as nothing is known of them. */
export const unknownChances = (count: number): Uint16Array => new Uint16Array(count).fill(INIT);
export const forgetChances = (chances: Uint16Array): void => {
  chances.fill(INIT);
};

/** Bits out of a chunk of LZMA, by their chances, which it learns. */
export class RangeDecoder {
  #range = 0;
  #code = 0;
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;

  /** Behind the end the bytes are zeros; `isAtEnd` tells. */
  open(bytes: Uint8Array): void {
    if (bytes.length < HEAD_BYTES || bytes[0] !== 0) throw xzDamaged("a chunk does not begin as chunks do");
    this.#bytes = bytes;
    this.#range = -1;
    this.#code = 0;
    for (this.#at = 1; this.#at < HEAD_BYTES; this.#at++)
      this.#code = (this.#code << 8) | (bytes[this.#at] ?? 0);
  }

  /** All bytes are taken, and say no more. */
  get isAtEnd(): boolean {
    this.#normalise();
    return this.#at === this.#bytes.length && this.#code === 0;
  }

  #normalise(): void {
    if (this.#range >>> 0 >= TOP) return;
    this.#range <<= 8;
    this.#code = (this.#code << 8) | (this.#at < this.#bytes.length ? (this.#bytes[this.#at] as number) : 0);
    this.#at++;
  }

  bit(chances: Uint16Array, index: number): number {
    this.#normalise();
    const chance = chances[index] as number;
    const bound = Math.imul(this.#range >>> MODEL_BITS, chance);
    if (this.#code >>> 0 < bound >>> 0) {
      this.#range = bound;
      chances[index] = chance + (((1 << MODEL_BITS) - chance) >>> MOVE_BITS);
      return 0;
    }
    this.#range = (this.#range - bound) | 0;
    this.#code = (this.#code - bound) | 0;
    chances[index] = chance - (chance >>> MOVE_BITS);
    return 1;
  }

  /** A number whose highest bit comes first. */
  number(chances: Uint16Array, from: number, bits: number): number {
    let node = 1;
    for (let left = bits; left > 0; left--) node = (node << 1) | this.bit(chances, from + node);
    return node - (1 << bits);
  }

  /** One whose lowest bit comes first. */
  reversed(chances: Uint16Array, from: number, bits: number): number {
    let node = 1;
    let value = 0;
    for (let index = 0; index < bits; index++) {
      const bit = this.bit(chances, from + node);
      node = (node << 1) | bit;
      value |= bit << index;
    }
    return value;
  }

  /** Bits of which nothing is known, the highest first. */
  direct(bits: number): number {
    let value = 0;
    for (let left = bits; left > 0; left--) {
      this.#normalise();
      this.#range >>>= 1;
      this.#code = (this.#code - this.#range) | 0;
      const borrowed = this.#code >> 31;
      this.#code = (this.#code + (this.#range & borrowed)) | 0;
      value = (value << 1) + borrowed + 1;
    }
    return value;
  }
}
