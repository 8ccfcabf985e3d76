import { FIRST_PARALLEL, MAX_PARALLEL } from "../limits.ts";

/**
 * How many parts are on their way at once, by what the line gives: one more as long as that made the last round
 * faster, one less when it made it slower, half when the store complains. A fixed number stays what it is.
 */
export class Parallelism {
  readonly #isFixed: boolean;
  readonly #now: () => number;
  #limit: number;
  #step = 1;
  #lastRate = 0;
  #roundBegan: number;
  #roundBytes = 0;
  #roundParts = 0;
  #hasFailed = false;

  constructor(fixed?: number, now: () => number = () => performance.now()) {
    this.#isFixed = fixed !== undefined;
    this.#limit = fixed ?? FIRST_PARALLEL;
    this.#now = now;
    this.#roundBegan = now();
  }

  get limit(): number {
    return this.#limit;
  }

  /** A part had to be repeated. */
  failed(): void {
    this.#hasFailed = true;
  }

  /** A part is stored. */
  stored(bytes: number): void {
    this.#roundBytes += bytes;
    this.#roundParts += 1;
    if (this.#isFixed || this.#roundParts < 2 * this.#limit) return;
    const now = this.#now();
    const rate = this.#roundBytes / Math.max(1, now - this.#roundBegan);
    if (this.#hasFailed) {
      this.#limit = Math.max(1, Math.floor(this.#limit / 2));
      this.#step = 1;
    } else {
      if (rate < this.#lastRate * 0.95) this.#step = -this.#step;
      this.#limit = Math.min(MAX_PARALLEL, Math.max(1, this.#limit + this.#step));
    }
    this.#lastRate = rate;
    this.#roundBegan = now;
    this.#roundBytes = 0;
    this.#roundParts = 0;
    this.#hasFailed = false;
  }
}
