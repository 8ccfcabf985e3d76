/**
 * Takes the place of mnemonist's cache in the functions' bundles (7 kB with what it brings along). Only DynamoDB's
 * endpoint discovery wants it, which stays off; it works all the same.
 */
export default class LruCache<Key, Value> {
  readonly #capacity: number;
  /** In the order of their last use. */
  readonly #values = new Map<Key, Value>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  has(key: Key): boolean {
    return this.#values.has(key);
  }

  peek(key: Key): Value | undefined {
    return this.#values.get(key);
  }

  get(key: Key): Value | undefined {
    const value = this.#values.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }

  set(key: Key, value: Value): void {
    this.#values.delete(key);
    this.#values.set(key, value);
    for (const oldest of this.#values.keys()) {
      if (this.#values.size <= this.#capacity) return;
      this.#values.delete(oldest);
    }
  }

  clear(): void {
    this.#values.clear();
  }
}
