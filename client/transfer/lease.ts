/**
 * Keeps a transfer alive while nothing else uses it: `touch` is called whenever `everyMs` have passed since the last
 * use. Its failures are tried again the next time; to learn that the transfer is lost is its own affair.
 */
export class Lease {
  readonly #touch: () => Promise<void>;
  readonly #everyMs: number;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(touch: () => Promise<void>, everyMs: number) {
    this.#touch = touch;
    this.#everyMs = everyMs;
    this.used();
  }

  /** The transfer has just been used by another call. */
  used(): void {
    clearTimeout(this.#timer);
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      this.#touch()
        .catch(() => undefined)
        .finally(() => this.used());
    }, this.#everyMs);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }
}
