import { journal } from "./journal.ts";

/** What somebody who looks may find of a subject; `undefined`: whatever there is. */
export type Allowed = readonly string[] | undefined;

interface Act {
  readonly subject: string;
  /** Steps that were done before it was asked for. */
  readonly from: number;
  /** Steps that were done when it was acknowledged. */
  readonly to: number;
  readonly after: Allowed;
}

/** What was asked for and acknowledged, by subject: an object, a message, a key. Of one subject one act at a time. */
export class Timeline {
  readonly #acts: Act[] = [];
  readonly #first = new Map<string, Allowed>();

  /** What is there before anything was asked for. */
  begin(subject: string, allowed: Allowed): void {
    this.#first.set(subject, allowed);
  }

  /** Does it, and notes what may be found from its acknowledgement on. */
  async act<Answer>(
    subject: string,
    ask: () => Promise<Answer>,
    after: (answer: Answer) => Promise<Allowed> | Allowed,
  ): Promise<Answer> {
    const from = journal.steps.length;
    const answer = await ask();
    const to = journal.steps.length;
    this.#acts.push({ subject, from, to, after: await after(answer) });
    return answer;
  }

  get subjects(): readonly string[] {
    return [...this.#first.keys()];
  }

  /** What may be found when the power goes after so many steps: the last that was acknowledged, or what was under way. */
  allowed(subject: string, count: number): Allowed {
    const acts = this.#acts.filter((act) => act.subject === subject);
    const acknowledged = acts.filter(({ to }) => to <= count).at(-1);
    const sets = [
      acknowledged ? acknowledged.after : this.#first.get(subject),
      ...acts.filter(({ from, to }) => from < count && to > count).map(({ after }) => after),
    ];
    return sets.includes(undefined) ? undefined : sets.flatMap((set) => set ?? []);
  }
}
