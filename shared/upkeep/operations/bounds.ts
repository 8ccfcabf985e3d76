export interface RunLimits {
  /** False a while before the function's time is over: enough to save and to answer. */
  readonly hasTime: () => boolean;
  /** Most things one run looks at. */
  readonly objects?: number;
  /** Most bytes one run reads. */
  readonly bytes?: number;
}

/**
 * How much one run may still do. A job asks `isLeft` before each step and ends, with its place saved, when it is not.
 */
export class Bounds {
  readonly #hasTime: () => boolean;
  #objects: number;
  #bytes: number;

  constructor({ hasTime, objects = Number.POSITIVE_INFINITY, bytes = Number.POSITIVE_INFINITY }: RunLimits) {
    this.#hasTime = hasTime;
    this.#objects = objects;
    this.#bytes = bytes;
  }

  spend({ objects = 0, bytes = 0 }: { readonly objects?: number; readonly bytes?: number }): void {
    this.#objects -= objects;
    this.#bytes -= bytes;
  }

  isLeft(): boolean {
    return this.#objects > 0 && this.#bytes > 0 && this.#hasTime();
  }
}
