/** Something that must never be, with the history of what it is about. */
export class Violation extends Error {
  readonly rule: string;
  readonly history: readonly string[];

  constructor(rule: string, what: string, history: readonly string[] = []) {
    super(`${rule}: ${what}`);
    this.rule = rule;
    this.history = history;
  }
}
