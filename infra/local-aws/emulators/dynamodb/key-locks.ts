/** Exclusive access to keys, first come, first served. */
export class KeyLocks {
  readonly #last = new Map<string, Promise<void>>();

  isHeld(key: string): boolean {
    return this.#last.has(key);
  }

  /**
   * Runs the work when everybody who asked for one of the keys before is done. All keys are queued for in one
   * step, which puts all callers in one order: no deadlock, whatever the order of the keys.
   */
  async hold<Result>(keys: Iterable<string>, work: () => Promise<Result>): Promise<Result> {
    const { promise: done, resolve: release } = Promise.withResolvers<void>();
    const own = new Set(keys);
    const before = [...own].map((key) => this.#last.get(key));
    for (const key of own) this.#last.set(key, done);
    try {
      await Promise.all(before);
      return await work();
    } finally {
      for (const key of own) if (this.#last.get(key) === done) this.#last.delete(key);
      release();
    }
  }
}
