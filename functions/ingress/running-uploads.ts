import { Refusal } from "./refusal.ts";

/** Why uploads are ended when the ingress is asked to stop. */
export class ShuttingDown extends Error {
  constructor() {
    super("the ingress is being stopped");
  }
}

/** The uploads under way: bounded in number, and ended together. */
export class RunningUploads {
  readonly #max: number;
  readonly #stops = new Set<AbortController>();

  constructor(max: number) {
    this.#max = max;
  }

  get count(): number {
    return this.#stops.size;
  }

  /** Runs `upload` in a slot of its own. Throws a Refusal with 429 when there is none. */
  async run<Result>(stop: AbortController, upload: () => Promise<Result>): Promise<Result> {
    if (this.#stops.size >= this.#max) {
      throw new Refusal(429, `${this.#max} uploads are under way here already: try again later.`);
    }
    this.#stops.add(stop);
    try {
      return await upload();
    } finally {
      this.#stops.delete(stop);
    }
  }

  stopAll(): void {
    for (const stop of this.#stops) stop.abort(new ShuttingDown());
  }
}
