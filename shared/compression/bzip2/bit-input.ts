import type { ExactInput } from "../exact-input.ts";

/** What is read at once: less than a block has, so that little lies in memory. */
const STEP_BYTES = 64 * 1024;

/** Bits of a stream, the highest of each byte first; what is read without waiting has been fetched before. */
export class BitInput {
  readonly #input: ExactInput;
  #bytes: Uint8Array = new Uint8Array(0);
  #length = 0;
  #at = 0;
  #held = 0;
  #bits = 0;

  constructor(input: ExactInput) {
    this.#input = input;
  }

  /** Fetches until so many bytes can be read without waiting, or all that there are. */
  async fetch(bytes: number): Promise<void> {
    const missing = bytes - (this.#length - this.#at);
    if (missing <= 0) return;
    this.#makeRoom(bytes + STEP_BYTES);
    while (this.#length - this.#at < bytes) {
      const more = await this.#input.upTo(STEP_BYTES);
      if (more.length === 0) return;
      this.#bytes.set(more, this.#length);
      this.#length += more.length;
    }
  }

  #makeRoom(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const rest = this.#bytes.subarray(this.#at, this.#length);
    // Twice as much, so that little is moved again and again.
    const target = this.#bytes.length < 2 * bytes ? new Uint8Array(2 * bytes) : this.#bytes;
    target.set(rest);
    this.#bytes = target;
    this.#length = rest.length;
    this.#at = 0;
  }

  /** More was read than there is: zeros in its place. */
  get isBeyondEnd(): boolean {
    return this.#at - (this.#bits >>> 3) > this.#length;
  }

  /** Nothing is left that was fetched. */
  get isAtEnd(): boolean {
    return this.#at - (this.#bits >>> 3) >= this.#length;
  }

  #holdAtLeast(bits: number): void {
    while (this.#bits < bits) {
      this.#held = (this.#held << 8) | (this.#at < this.#length ? (this.#bytes[this.#at] ?? 0) : 0);
      this.#at++;
      this.#bits += 8;
    }
  }

  /** The next bits, 24 at most, which stay. */
  peek(bits: number): number {
    this.#holdAtLeast(bits);
    return (this.#held >>> (this.#bits - bits)) & ((1 << bits) - 1);
  }

  skip(bits: number): void {
    this.#bits -= bits;
  }

  /** The next bits, 24 at most. */
  read(bits: number): number {
    const value = this.peek(bits);
    this.#bits -= bits;
    return value;
  }

  read32(): number {
    return ((this.read(16) << 16) | this.read(16)) >>> 0;
  }

  /** To the next whole byte. */
  align(): void {
    this.#bits &= ~7;
  }
}
