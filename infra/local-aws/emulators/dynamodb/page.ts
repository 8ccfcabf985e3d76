import { type Item, itemBytes } from "./item.ts";
import { type KeyRange, type Storage, underPrefix } from "./storage.ts";

// API reference, Query: "A single Query operation can retrieve a maximum of 1 MB of data".
const maxPageBytes = 1024 * 1024;

// At most so many items are taken from the storage at a time, and about so many bytes.
const chunkItems = 256;
const chunkBytes = 128 * 1024;

interface Page {
  readonly items: readonly Item[];
  /** Of all items read, before any filter. */
  readonly bytes: number;
  /** The last item read, when the page ended before the range did (or exactly at its limit, as on AWS). */
  readonly last?: Item;
}

/** Items of a range up to a count and 1 MB, from one snapshot. */
export async function readPage(
  storage: Storage,
  prefix: string,
  range: KeyRange,
  maxItems: number,
): Promise<Page> {
  const cursor = storage.values({ ...underPrefix(prefix, range), highWaterMarkBytes: chunkBytes });
  const items: Item[] = [];
  let bytes = 0;
  const ended = (): Page => ({ items, bytes, ...(items.length > 0 && { last: items.at(-1) as Item }) });
  try {
    for (;;) {
      const chunk = (await cursor.nextv(Math.min(chunkItems, maxItems - items.length))) as Item[];
      if (chunk.length === 0) return { items, bytes };
      for (const item of chunk) {
        const size = itemBytes(item);
        if (items.length > 0 && bytes + size > maxPageBytes) return ended();
        items.push(item);
        bytes += size;
      }
      if (items.length >= maxItems) return ended();
    }
  } finally {
    await cursor.close();
  }
}
