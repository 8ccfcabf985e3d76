import { AwsFailure } from "../aws-failure.ts";
import type { Meter } from "./capacity.ts";
import type { Item } from "./item.ts";
import { type ItemChange, itemChange } from "./item-change.ts";
import type { DynamodbRequest } from "./request.ts";
import { storageKeyOfItem, storageKeyOfKey, type Table } from "./table.ts";
import { findTable, type Tables } from "./tables.ts";
import { evaluateWrite, type WriteKind, type Written } from "./write-action.ts";

/** Storage key of the item that a write is about. */
export const keyOfWrite = (table: Table, request: DynamodbRequest): string =>
  request.Item ? storageKeyOfItem(table, request.Item) : storageKeyOfKey(table, request.Key ?? {});

/** Puts a change on the meter; a transaction's counts twice (`factor`). */
export function meterChange(meter: Meter, table: Table, change: ItemChange, factor = 1): void {
  const tableName = table.definition.name;
  meter.add({ tableName, writeUnits: change.writeUnits * factor });
  for (const [indexName, units] of change.indexUnits)
    meter.add({ tableName, indexName, writeUnits: units * factor });
}

/** PutItem, UpdateItem and DeleteItem: the item and its index entries in one batch, under the item's lock. */
export async function writeItem(
  tables: Tables,
  kind: Exclude<WriteKind, "ConditionCheck">,
  request: DynamodbRequest,
  meter: Meter,
): Promise<Record<string, unknown>> {
  const table = findTable(tables, request.TableName);
  const key = keyOfWrite(table, request);
  return tables.locks.hold([key], async () => {
    const existing = (await tables.storage.get(key)) as Item | undefined;
    const written = evaluateOnMeter(meter, kind, table, key, request, existing);
    const change = itemChange(table, key, existing, written.item);
    meterChange(meter, table, change);
    if (change.changes.length > 0) await tables.storage.batch([...change.changes]);
    return written.attributes ? { Attributes: written.attributes } : {};
  });
}

function evaluateOnMeter(
  meter: Meter,
  kind: WriteKind,
  table: Table,
  key: string,
  request: DynamodbRequest,
  existing: Item | undefined,
): Written {
  try {
    return evaluateWrite(kind, table, request, existing);
  } catch (error) {
    if (error instanceof AwsFailure && error.code === "ConditionalCheckFailedException")
      meterChange(meter, table, itemChange(table, key, existing, existing));
    throw error;
  }
}
