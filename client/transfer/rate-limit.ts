/** Spreads bytes over time: `take` answers how many milliseconds to wait before that many bytes may move. */
export class RateLimit {
  readonly #bytesPerMs: number;
  readonly #now: () => number;
  #freeAt = 0;

  constructor(bytesPerSecond: number, now: () => number = () => performance.now()) {
    this.#bytesPerMs = bytesPerSecond / 1000;
    this.#now = now;
  }

  take(bytes: number): number {
    const now = this.#now();
    const begin = Math.max(now, this.#freeAt);
    this.#freeAt = begin + bytes / this.#bytesPerMs;
    return begin - now;
  }
}
