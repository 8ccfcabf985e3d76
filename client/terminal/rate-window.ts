/** What an estimate looks back on: short enough to follow the line, long enough for parts that end all at once. */
const WINDOW_MS = 15_000;
/** Before that, bytes that only wait in this machine's socket buffers would count as sent. */
const LEAST_MS = 2000;

/** How fast an amount grows, by what it was some seconds ago. What is taken back (a repeated part) counts against it. */
export class RateWindow {
  #samples: { readonly at: number; readonly amount: number }[] = [];

  /** `at` in milliseconds, growing. */
  add(at: number, amount: number): void {
    this.#samples.push({ at, amount });
    // One that is older stays: the window reaches back to it.
    while ((this.#samples[1]?.at ?? at) <= at - WINDOW_MS) this.#samples.shift();
  }

  /** Units a second; 0 when nothing moved; undefined while it is too early to say. */
  get perSecond(): number | undefined {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (first === undefined || last === undefined || last.at - first.at < LEAST_MS) return undefined;
    return Math.max(0, ((last.amount - first.amount) * 1000) / (last.at - first.at));
  }
}
