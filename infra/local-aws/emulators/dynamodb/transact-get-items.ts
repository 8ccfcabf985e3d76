import { AwsFailure } from "../aws-failure.ts";
import { type Meter, readUnits, transactionFactor } from "./capacity.ts";
import { checkProjection, project } from "./get-item.ts";
import { type Item, itemBytes } from "./item.ts";
import type { DynamodbRequest } from "./request.ts";
import { storageKeyOfKey } from "./table.ts";
import { findTable, type Tables } from "./tables.ts";
import { maxTransactionBytes } from "./transact-write-items.ts";

/** TransactGetItems: up to 100 items and 4 MB, all as they were at one moment. */
export async function transactGetItems(
  tables: Tables,
  request: DynamodbRequest,
  meter: Meter,
): Promise<Record<string, unknown>> {
  const gets = (request.TransactItems ?? []).map((item) => {
    const get = item.Get as DynamodbRequest;
    const table = findTable(tables, get.TableName);
    checkProjection(table, get._projection);
    return { table, get, key: storageKeyOfKey(table, get.Key ?? {}) };
  });
  const found = (await tables.storage.getMany(gets.map(({ key }) => key))) as (Item | undefined)[];
  const sizes = found.map((item) => (item ? itemBytes(item) : 0));
  if (sizes.reduce((sum, size) => sum + size, 0) > maxTransactionBytes)
    throw new AwsFailure(
      "ValidationException",
      "The aggregate size of the items in the transaction exceeds 4 MB",
    );
  const responses = gets.map(({ table, get }, position) => {
    const item = found[position];
    meter.add({
      tableName: table.definition.name,
      readUnits: readUnits(sizes[position] ?? 0, true) * transactionFactor,
    });
    return item ? { Item: project(item, get._projection) } : {};
  });
  return { Responses: responses };
}
