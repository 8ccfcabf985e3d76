import type { Outcome } from "../clients/person.ts";
import { Beliefs, type Effect } from "./beliefs.ts";
import { Violation } from "./violation.ts";

/** So long may a request whose answer was lost go on (the gateway gives a function 29 s). */
const REQUEST_MS = 45_000;
const MOST_LINES = 400;

/** One thing that clients change: what is believed of it, who changes it now, and what has happened. */
export class Subject<State> {
  readonly beliefs: Beliefs<State>;
  readonly history: string[] = [];
  /** Counts whoever has had it. */
  version = 0;
  isBusy = false;
  #turn: Promise<unknown> = Promise.resolve();

  readonly title: string;
  readonly #record: (line: string) => string;

  constructor(title: string, first: State, record: (line: string) => string) {
    this.title = title;
    this.#record = record;

    this.beliefs = new Beliefs(first);
  }

  tell(line: string): void {
    // Refusals are pages of HTML.
    const plain = line.replaceAll(/<title>.*<\/title>|<[^>]+>|\s+/g, " ").replaceAll(/ +/g, " ");
    this.history.push(this.#record(`${this.title}: ${plain}`));
    if (this.history.length > MOST_LINES) this.history.splice(1, 1);
  }

  /** One at a time. */
  alone<Result>(work: (self: this) => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(async () => {
      this.version++;
      this.isBusy = true;
      try {
        return await work(this);
      } finally {
        this.isBusy = false;
      }
    });
    this.#turn = result.catch(() => undefined);
    return result;
  }

  /** Believes what the client was told about its change. */
  settle(effect: Effect<State>, outcome: Outcome, said: string, milliseconds = REQUEST_MS): void {
    this.settleAll([{ effect, outcome, said }], milliseconds);
  }

  /** The same of several changes that were made at once. */
  settleAll(
    changes: readonly { readonly effect: Effect<State>; readonly outcome: Outcome; readonly said: string }[],
    milliseconds = REQUEST_MS,
  ): void {
    for (const { effect, outcome, said } of changes) {
      this.tell(`${effect.what}: ${outcome} (${said})`);
      if (outcome === "doubt") this.beliefs.doubted(effect, milliseconds);
    }
    const done = changes.filter(({ outcome }) => outcome === "done").map(({ effect }) => effect);
    if (done.length > 0 && !this.beliefs.acknowledged(...done))
      this.fail("impossible-acknowledgement", `${done.map(({ what }) => what).join(" and ")} cannot be`);
  }

  fail(rule: string, what: string): never {
    const beliefs = JSON.stringify(this.beliefs.possible().slice(0, 5));
    throw new Violation(rule, `${this.title}: ${what}; believed: ${beliefs}`, this.history);
  }
}
