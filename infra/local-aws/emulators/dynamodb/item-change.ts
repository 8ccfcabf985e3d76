import database from "dynalite/db/index.js";
import { ownValue } from "../../own-value.ts";
import { writeUnits } from "./capacity.ts";
import { type Item, itemBytes } from "./item.ts";
import type { Change } from "./storage.ts";
import type { GlobalSecondaryIndex, Table } from "./table.ts";

/** What writing one item takes: all of it belongs into one batch. */
export interface ItemChange {
  readonly changes: readonly Change[];
  readonly writeUnits: number;
  /** Units by the name of the index. */
  readonly indexUnits: ReadonlyMap<string, number>;
}

/** What turns `before` into `after` (undefined: no item), in the table and its indexes. */
export function itemChange(
  table: Table,
  key: string,
  before: Item | undefined,
  after: Item | undefined,
): ItemChange {
  const changes: Change[] = [];
  if (after) changes.push({ type: "put", key, value: after });
  else if (before) changes.push({ type: "del", key });
  const indexUnits = new Map<string, number>();
  for (const index of table.schema.GlobalSecondaryIndexes) {
    const [old, wanted] = [indexEntry(table, index, before), indexEntry(table, index, after)];
    if (JSON.stringify(old) === JSON.stringify(wanted)) continue;
    // An entry that moves is deleted and written: two writes (developer guide, "Using GSIs").
    const moved = old && old.key !== wanted?.key;
    if (moved) changes.push({ type: "del", key: old.key });
    if (wanted) changes.push({ type: "put", ...wanted });
    const units =
      (moved ? writeUnits(itemBytes(old.value)) : 0) +
      (wanted ? writeUnits(Math.max(itemBytes(wanted.value), moved || !old ? 0 : itemBytes(old.value))) : 0);
    indexUnits.set(index.IndexName, units);
  }
  const bytes = Math.max(before ? itemBytes(before) : 0, after ? itemBytes(after) : 0);
  return { changes, writeUnits: writeUnits(bytes), indexUnits };
}

export const indexPrefix = (table: Table, indexName: string): string =>
  `index-global~${table.schema.TableName}~${indexName}~`;

/** Sorts by the index's key; the table's key behind it keeps items with the same index key apart. */
export const indexKey = (table: Table, index: GlobalSecondaryIndex, item: Item): string =>
  database.createKey(item, table.schema, index.KeySchema) + database.createKey(item, table.schema);

function indexEntry(table: Table, index: GlobalSecondaryIndex, item: Item | undefined) {
  const inIndex =
    item && index.KeySchema.every(({ AttributeName }) => ownValue(item, AttributeName) !== undefined);
  if (!inIndex) return undefined;
  return {
    key: indexPrefix(table, index.IndexName) + indexKey(table, index, item),
    value: projected(table, index, item),
  };
}

function projected(table: Table, { KeySchema, Projection }: GlobalSecondaryIndex, item: Item): Item {
  if (Projection.ProjectionType === "ALL") return item;
  const keys = [...KeySchema, ...table.schema.KeySchema].map(({ AttributeName }) => AttributeName);
  const kept = new Set([...keys, ...(Projection.NonKeyAttributes ?? [])]);
  return Object.fromEntries(Object.entries(item).filter(([name]) => kept.has(name)));
}
