import { orAborted } from "./retry.ts";

/** Why a part was cut off: not a failure, it is sent again once the gate is open. */
export class Paused extends Error {}

/** Whether an upload may go on. */
export class PauseGate {
  #until: PromiseWithResolvers<void> | undefined;
  #running = new AbortController();

  get isPaused(): boolean {
    return this.#until !== undefined;
  }

  /** Aborted, with Paused, by the next `pause`. */
  get signal(): AbortSignal {
    return this.#running.signal;
  }

  pause(): void {
    if (this.isPaused) return;
    this.#until = Promise.withResolvers();
    this.#running.abort(new Paused());
  }

  resume(): void {
    if (!this.isPaused) return;
    this.#running = new AbortController();
    this.#until?.resolve();
    this.#until = undefined;
  }

  /** Resolves as soon as it is not paused; throws the signal's reason when that is aborted first. */
  async pass(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    while (this.#until) await orAborted(this.#until.promise, signal);
  }
}
