/** Runs the tasks of one name one after the other; tasks of different names run side by side. */
export class KeyedLock {
  readonly #tails = new Map<string, Promise<unknown>>();

  isTaken(name: string): boolean {
    return this.#tails.has(name);
  }

  async run<Result>(name: string, task: () => Promise<Result>): Promise<Result> {
    const before = this.#tails.get(name);
    const turn = before === undefined ? task() : before.then(task, task);
    this.#tails.set(name, turn);
    try {
      return await turn;
    } finally {
      if (this.#tails.get(name) === turn) this.#tails.delete(name);
    }
  }
}
