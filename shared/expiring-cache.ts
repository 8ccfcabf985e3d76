import type { Clock } from "./clock.ts";

/** Remembers at most `limit` values, each until its own time; the one that was not used for longest goes first. */
export class ExpiringCache<Value> {
  readonly #limit: number;
  readonly #clock: Clock;
  /** In the order of their last use. */
  readonly #entries = new Map<string, { readonly value: Value; readonly until: number }>();

  constructor(limit: number, clock: Clock) {
    this.#limit = limit;
    this.#clock = clock;
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    if (entry.until <= this.#clock().getTime()) return undefined;
    this.#entries.set(key, entry);
    return entry.value;
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** `until` in milliseconds since 1970; one that is over already is not remembered. */
  set(key: string, value: Value, until: number): void {
    this.#entries.delete(key);
    if (until > this.#clock().getTime()) this.#entries.set(key, { value, until });
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#limit) return;
      this.#entries.delete(oldest);
    }
  }
}
