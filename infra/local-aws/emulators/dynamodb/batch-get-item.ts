import { type Meter, readUnits } from "./capacity.ts";
import { checkProjection, project } from "./get-item.ts";
import { type Item, itemBytes } from "./item.ts";
import type { DynamodbRequest, KeysAndAttributes } from "./request.ts";
import { storageKeyOfKey } from "./table.ts";
import { findTable, type Tables } from "./tables.ts";

// API reference, BatchGetItem: "up to 16 MB of data".
const maxAnswerBytes = 16 * 1024 * 1024;

/** The same request for other keys, as `UnprocessedKeys` shows it. */
export const forKeys = (request: KeysAndAttributes, keys: Item[]): KeysAndAttributes => {
  const { _projection, ...asked } = request;
  return { ...asked, Keys: keys };
};

/**
 * BatchGetItem: up to 100 keys, answered in the order of the storage, not of the request (AWS promises none);
 * what does not fit into 16 MB comes back in `UnprocessedKeys`.
 */
export async function batchGetItem(
  tables: Tables,
  request: DynamodbRequest,
  meter: Meter,
): Promise<Record<string, unknown>> {
  const wanted = Object.entries(request.RequestItems as Record<string, KeysAndAttributes>).map(
    ([name, asked]) => {
      const table = findTable(tables, name);
      checkProjection(table, asked._projection);
      const keys = asked.Keys.map((key) => ({ key, storageKey: storageKeyOfKey(table, key) }));
      return { name, asked, keys: keys.toSorted((a, b) => (a.storageKey < b.storageKey ? -1 : 1)) };
    },
  );
  const found = await tables.storage.getMany(wanted.flatMap(({ keys }) => keys.map((key) => key.storageKey)));
  const responses = new Map<string, Item[]>();
  const unprocessed = new Map<string, KeysAndAttributes>();
  let answerBytes = 0;
  let position = 0;
  for (const { name, asked, keys } of wanted) {
    const items: Item[] = [];
    const left: Item[] = [];
    for (const { key } of keys) {
      const item = found[position++] as Item | undefined;
      const bytes = item ? itemBytes(item) : 0;
      if (answerBytes + bytes > maxAnswerBytes) {
        left.push(key);
        continue;
      }
      answerBytes += bytes;
      meter.add({ tableName: name, readUnits: readUnits(bytes, asked.ConsistentRead) });
      if (item) items.push(project(item, asked._projection));
    }
    responses.set(name, items);
    if (left.length > 0) unprocessed.set(name, forKeys(asked, left));
  }
  return { Responses: Object.fromEntries(responses), UnprocessedKeys: Object.fromEntries(unprocessed) };
}
