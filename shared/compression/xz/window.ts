/** The most that one chunk of LZMA2 holds. */
export const MAX_CHUNK_BYTES = 2 * 1024 * 1024;

/** The bytes that later ones may repeat: those of the dictionary, and room for a chunk behind them. */
export class Window {
  bytes: Uint8Array = new Uint8Array(0);
  readonly #capacity: number;
  readonly dictionaryBytes: number;
  /** Where the next byte comes. */
  at = 0;
  /** Bytes before it that may be repeated. */
  known = 0;
  /** Bytes since all was forgotten. */
  total = 0;

  constructor(dictionaryBytes: number) {
    this.dictionaryBytes = dictionaryBytes;
    // Moved together seldom: after a quarter of the dictionary at the earliest.
    this.#capacity = dictionaryBytes + Math.max(2 * MAX_CHUNK_BYTES, dictionaryBytes >>> 2);
  }

  forget(): void {
    this.known = 0;
    this.total = 0;
  }

  /** Makes room for a chunk: more memory as long as little is used, then in the place of what is forgotten. */
  open(length: number): number {
    const end = this.at + length;
    if (end <= this.bytes.length) return this.at;
    if (this.bytes.length < this.#capacity) {
      const grown = new Uint8Array(Math.min(this.#capacity, Math.max(2 * this.bytes.length, end)));
      grown.set(this.bytes.subarray(0, this.at));
      this.bytes = grown;
    }
    if (end <= this.bytes.length) return this.at;
    const from = this.at - Math.min(this.at, this.dictionaryBytes);
    this.bytes.copyWithin(0, from, this.at);
    this.at -= from;
    return this.at;
  }

  /** What came since `start` is known now. A copy, as the window moves. */
  close(start: number): Buffer {
    const length = this.at - start;
    this.total += length;
    this.known = Math.min(this.known + length, this.dictionaryBytes);
    return Buffer.from(this.bytes.subarray(start, this.at));
  }

  append(bytes: Uint8Array): void {
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }
}
