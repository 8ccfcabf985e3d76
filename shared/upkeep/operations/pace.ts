export interface Rates {
  readonly objectsPerSecond: number;
  readonly bytesPerSecond: number;
}

/** Waits; a port, so that tests need not. */
export type Sleep = (ms: number) => Promise<void>;

const SLICE_MS = 1000;

/**
 * Keeps a run below two rates at once: what is spent must be paid off before the next thing begins. A pause that
 * would outlast the run ends it instead.
 */
export class Pace {
  #objectsReady = 0;
  #bytesReady = 0;
  readonly #rates: Rates;
  readonly #now: () => number;
  readonly #sleep: Sleep;

  constructor(rates: Rates, ports: { readonly now: () => number; readonly sleep: Sleep }) {
    this.#rates = rates;
    this.#now = ports.now;
    this.#sleep = ports.sleep;
  }

  spend({ objects = 0, bytes = 0 }: { readonly objects?: number; readonly bytes?: number }): void {
    const now = this.#now();
    this.#objectsReady = Math.max(this.#objectsReady, now) + (objects * 1000) / this.#rates.objectsPerSecond;
    this.#bytesReady = Math.max(this.#bytesReady, now) + (bytes * 1000) / this.#rates.bytesPerSecond;
  }

  /** True as soon as both rates allow to go on; false when `isLeft` says that there is no time for it. */
  async wait(isLeft: () => boolean): Promise<boolean> {
    for (;;) {
      if (!isLeft()) return false;
      const restMs = Math.max(this.#objectsReady, this.#bytesReady) - this.#now();
      if (restMs <= 0) return true;
      await this.#sleep(Math.min(restMs, SLICE_MS));
    }
  }
}
