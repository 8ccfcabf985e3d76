import { ownValue } from "../../own-value.ts";
import type { Item } from "./item.ts";
import { itemChange } from "./item-change.ts";
import { type Change, underPrefix } from "./storage.ts";
import type { Table } from "./table.ts";
import type { Tables } from "./tables.ts";
import { isExpired, type StoredToken, tokenPrefix } from "./transaction-token.ts";

export interface Swept {
  readonly examined: number;
  readonly deleted: number;
}

// Developer guide, "Time to Live": a time more than five years ago is taken for a mistake.
const oldestSeconds = 5 * 365 * 24 * 3600;

/** What can expire: the items of one table, or the tokens of transactions. */
interface Shelf {
  readonly prefix: string;
  isDue(value: unknown, now: number): boolean;
  removal(key: string, value: unknown): readonly Change[];
}

const tokens: Shelf = {
  prefix: tokenPrefix,
  isDue: (value, now) => isExpired(value as StoredToken, now),
  removal: (key) => [{ type: "del", key }],
};

const itemsOf = (table: Table): Shelf => ({
  prefix: table.prefix,
  isDue: (value, now) => {
    const seconds = Number(ownValue(value as Item, table.definition.ttlAttribute ?? "")?.N ?? Number.NaN);
    return seconds < now / 1000 && seconds > now / 1000 - oldestSeconds;
  },
  removal: (key, value) => itemChange(table, key, value as Item, undefined).changes,
});

/**
 * Deletes what has expired, page by page, round and round:
 *
 *     for each page from where the last one ended:
 *       for each entry past its time:
 *         lock it, read it again, delete it if it is still past its time
 *
 * As on AWS an expired item can be read until its turn comes. The second look keeps an item that was prolonged
 * or replaced meanwhile. Pages must not overlap: the caller waits for one before the next.
 */
export class ExpirySweep {
  readonly #tables: Tables;
  readonly #shelves: readonly Shelf[];
  #shelf = 0;
  #after = "";

  constructor(tables: Tables) {
    this.#tables = tables;
    const expiring = [...tables.byName.values()].filter(
      (table) => table.definition.ttlAttribute !== undefined,
    );
    this.#shelves = [...expiring.map(itemsOf), tokens];
  }

  /** Makes the next page the first one of a round. */
  restart(): void {
    this.#shelf = 0;
    this.#after = "";
  }

  /** One page of at most `count` entries; `done` when it was the last one of the round. */
  async page(count: number): Promise<Swept & { readonly done: boolean }> {
    const shelf = this.#shelves[this.#shelf] ?? tokens;
    const { examined, due } = await this.#examine(shelf, count);
    let deleted = 0;
    for (const key of due) if (await this.#remove(shelf, key)) deleted++;
    if (examined === count) return { examined, deleted, done: false };
    this.#after = "";
    this.#shelf = (this.#shelf + 1) % this.#shelves.length;
    return { examined, deleted, done: this.#shelf === 0 };
  }

  async #examine(shelf: Shelf, count: number): Promise<{ examined: number; due: string[] }> {
    const range = underPrefix(shelf.prefix, { gt: this.#after, limit: count });
    const cursor = this.#tables.storage.iterator(range);
    const due: string[] = [];
    let examined = 0;
    try {
      for (;;) {
        const entries = await cursor.nextv(count);
        const last = entries.at(-1);
        if (!last) return { examined, due };
        examined += entries.length;
        this.#after = last[0].slice(shelf.prefix.length);
        for (const [key, value] of entries) if (shelf.isDue(value, this.#tables.clock())) due.push(key);
      }
    } finally {
      await cursor.close();
    }
  }

  #remove(shelf: Shelf, key: string): Promise<boolean> {
    const { storage, locks, clock } = this.#tables;
    return locks.hold([key], async () => {
      const value = await storage.get(key);
      if (value === undefined || !shelf.isDue(value, clock())) return false;
      await storage.batch([...shelf.removal(key, value)]);
      return true;
    });
  }
}
