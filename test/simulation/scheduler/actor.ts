import { numberOf, Random } from "../history/random.ts";

/** A call of a port that an actor waits for: it is made when the scheduler says so. */
export interface ParkedCall {
  /** `port.method`. */
  readonly name: string;
  /** Makes the call. */
  readonly effect: () => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** How an actor came out: killed ones tell nobody. */
export type Outcome =
  | { readonly told: "result"; readonly result: unknown }
  | { readonly told: "error"; readonly error: unknown }
  | { readonly told: "nothing" };

/** Somebody who does one thing: a request, a run of a worker or of a job, a client. It stands at each call of a port. */
export class Actor {
  readonly name: string;
  /** What it does, for coverage: `complete`, `finalize worker`, `reaper`. */
  readonly operation: string;
  /** When its function is ended, whatever it does: milliseconds. */
  readonly deadline: number;
  readonly parked: ParkedCall[] = [];
  outcome: Outcome | undefined;
  /** A call of it was made to fail: it may answer that it failed. */
  wasFailed = false;
  readonly whenOver: ((outcome: Outcome) => void)[] = [];
  readonly #calls = new Map<string, number>();
  readonly #random: Random;

  constructor(name: string, operation: string, deadline: number) {
    this.name = name;
    this.operation = operation;
    this.deadline = deadline;
    this.#random = new Random(numberOf(name));
  }

  get isOver(): boolean {
    return this.outcome !== undefined;
  }

  /** Waits until the call is made; for ever, where the actor is over by then. */
  park(name: string, effect: () => unknown): Promise<unknown> {
    if (this.isOver) return new Promise(() => {});
    return new Promise((resolve, reject) => this.parked.push({ name, effect, resolve, reject }));
  }

  /** The how many-th call of this name it is, from 1. */
  count(name: string): number {
    const count = (this.#calls.get(name) ?? 0) + 1;
    this.#calls.set(name, count);
    return count;
  }

  end(outcome: Outcome): void {
    if (this.outcome) return;
    this.outcome = outcome;
    // Of one that was killed nothing goes on: neither `catch` nor `finally`.
    if (outcome.told === "nothing") this.parked.length = 0;
    for (const hear of this.whenOver) hear(outcome);
  }

  randomBytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.#random.below(256)));
  }

  newId(): string {
    const hex = this.randomBytes(16).toString("hex");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
}
