import database from "dynalite/db/index.js";
import { type Meter, readUnits } from "./capacity.ts";
import { asAwsFailure } from "./dynalite-failure.ts";
import { type Item, itemBytes } from "./item.ts";
import type { DynamodbRequest, Projection } from "./request.ts";
import { storageKeyOfKey, type Table } from "./table.ts";
import { findTable, type Tables } from "./tables.ts";

/** Throws ValidationException for a projection that goes into a key attribute. */
export function checkProjection(table: Table, projection: Projection | undefined): void {
  const invalid = database.validateKeyPaths(projection?.nestedPaths, table.schema);
  if (invalid) throw asAwsFailure(invalid);
}

export const project = (item: Item, projection: Projection | undefined): Item =>
  projection ? database.mapPaths(projection.paths, item) : item;

export async function getItem(
  tables: Tables,
  request: DynamodbRequest,
  meter: Meter,
): Promise<Record<string, unknown>> {
  const table = findTable(tables, request.TableName);
  checkProjection(table, request._projection);
  const item = (await tables.storage.get(storageKeyOfKey(table, request.Key ?? {}))) as Item | undefined;
  meter.add({
    tableName: table.definition.name,
    readUnits: readUnits(item ? itemBytes(item) : 0, request.ConsistentRead),
  });
  return item ? { Item: project(item, request._projection) } : {};
}
