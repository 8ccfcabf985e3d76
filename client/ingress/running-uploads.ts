import { Refusal } from "./refusal.ts";

/** Why uploads are ended when the ingress is asked to stop. */
export class ShuttingDown extends Error {
  constructor() {
    super("the ingress is being stopped");
  }
}

/** Places that a project may have for each one that stays free. */
const SHARE = 3;

/**
 * The uploads of image data: ended together, and bounded in number where they take memory. No project can keep the
 * others out: one alone gets three quarters of the places, and the last one is for a project that has none.
 */
export class RunningUploads {
  readonly #max: number;
  readonly #stops = new Set<AbortController>();
  readonly #places = new Map<string, number>();
  #taken = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** Runs `upload`, which `stopAll` ends through `stop`. */
  async run<Result>(stop: AbortController, upload: () => Promise<Result>): Promise<Result> {
    this.#stops.add(stop);
    try {
      return await upload();
    } finally {
      this.#stops.delete(stop);
    }
  }

  /** A place for an upload of this project; answers how to give it back. Throws a Refusal with 429 when there is none. */
  takePlace(project: string): () => void {
    const own = this.#places.get(project) ?? 0;
    const free = this.#max - this.#taken;
    if (free === 0)
      throw new Refusal(429, `${this.#max} uploads are under way here already: try again later.`);
    if (own > 0 && own >= SHARE * (free - 1)) {
      throw new Refusal(
        429,
        `${own} uploads of your project are under way here, and the places left are for other projects: ` +
          "try again when one of them has ended.",
      );
    }
    this.#taken += 1;
    this.#places.set(project, own + 1);
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      this.#taken -= 1;
      const left = (this.#places.get(project) ?? 1) - 1;
      if (left > 0) this.#places.set(project, left);
      else this.#places.delete(project);
    };
  }

  stopAll(): void {
    for (const stop of this.#stops) stop.abort(new ShuttingDown());
  }
}
