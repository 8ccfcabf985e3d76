import { untilAborted } from "../protocol/until-aborted.ts";

/** Why a part was cut off: not a failure, it is sent again once the gate is open. */
export class Paused extends Error {}

/** Whether an upload may go on. */
export class PauseGate {
  /** What waits for the next `resume`; undefined while nothing is paused. */
  #waiting: Set<() => void> | undefined;
  #running = new AbortController();

  get isPaused(): boolean {
    return this.#waiting !== undefined;
  }

  /** Aborted, with Paused, by the next `pause`. */
  get signal(): AbortSignal {
    return this.#running.signal;
  }

  pause(): void {
    if (this.isPaused) return;
    this.#waiting = new Set();
    this.#running.abort(new Paused());
  }

  resume(): void {
    if (!this.isPaused) return;
    this.#running = new AbortController();
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const go of waiting) go();
  }

  /** Resolves as soon as it is not paused; throws the signal's reason when that is aborted first. */
  async pass(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    for (let waiting = this.#waiting; waiting; waiting = this.#waiting) {
      const paused = waiting;
      await untilAborted((go) => {
        paused.add(go);
        return () => paused.delete(go);
      }, signal);
    }
  }
}
