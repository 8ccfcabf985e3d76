import { EventEmitter } from "node:events";
import queryAction from "dynalite/actions/query.js";
import scanAction from "dynalite/actions/scan.js";
import database from "dynalite/db/index.js";
import { AwsFailure } from "../aws-failure.ts";
import { type Meter, readUnits } from "./capacity.ts";
import { asAwsFailure } from "./dynalite-failure.ts";
import { project } from "./get-item.ts";
import { holdsCondition } from "./holds-condition.ts";
import { type Item, maxItemBytes } from "./item.ts";
import { indexKey, indexPrefix } from "./item-change.ts";
import { readPage } from "./page.ts";
import { onHashKey, refuseEmptyKeys, refuseStartOutside } from "./query-keys.ts";
import type { DynamodbRequest } from "./request.ts";
import type { KeyRange } from "./storage.ts";
import type { GlobalSecondaryIndex, Table } from "./table.ts";
import { findTable, type Tables } from "./tables.ts";

/**
 * Query and Scan: one page from one snapshot, so it never shows half of a transaction. `cutAfter` ends the page
 * after so many items though more would fit.
 */
export async function query(
  tables: Tables,
  operation: "Query" | "Scan",
  request: DynamodbRequest,
  meter: Meter,
  cutAfter = Number.POSITIVE_INFINITY,
): Promise<Record<string, unknown>> {
  const table = findTable(tables, request.TableName);
  const index = table.schema.GlobalSecondaryIndexes.find(({ IndexName }) => IndexName === request.IndexName);
  const range = rangeOf(operation, table, index, request);
  const prefix = index ? indexPrefix(table, index.IndexName) : table.prefix;
  const limit = Math.min(request.Limit ?? Number.POSITIVE_INFINITY, cutAfter);
  const page = await readPage(tables.storage, prefix, startAfter(table, index, request, range), limit);
  meter.add({
    tableName: table.definition.name,
    indexName: index?.IndexName,
    readUnits: readUnits(page.bytes, request.ConsistentRead),
  });
  const filter = request._filter;
  const items = filter ? page.items.filter((item) => holdsCondition(filter.expression, item)) : page.items;
  return {
    Count: items.length,
    ScannedCount: page.items.length,
    ...(request.Select !== "COUNT" && { Items: items.map((item) => project(item, request._projection)) }),
    ...(page.last && { LastEvaluatedKey: keysOf(table, index, page.last) }),
  };
}

/** The keys to read, of the table or the index. Throws ValidationException for a request that does not fit them. */
function rangeOf(
  operation: "Query" | "Scan",
  table: Table,
  index: GlobalSecondaryIndex | undefined,
  request: DynamodbRequest,
): KeyRange {
  const { KeyConditions, ExclusiveStartKey, ...others } = request;
  if (operation === "Scan" || !KeyConditions) return plan(operation, table, request);
  refuseEmptyKeys(request);
  if (ExclusiveStartKey) {
    const hashKey = (index ?? table.schema).KeySchema[0]?.AttributeName ?? "";
    plan(operation, table, { ...request, KeyConditions: onHashKey(KeyConditions, hashKey) });
    refuseStartOutside(request);
  }
  return plan(operation, table, { ...others, KeyConditions });
}

/** dynalite checks the request against the table and works out the range; it never gets to read. */
function plan(operation: "Query" | "Scan", table: Table, request: DynamodbRequest): KeyRange {
  let range: KeyRange | undefined;
  let failure: Error | null | undefined;
  const source = {
    createValueStream: (options: KeyRange) => {
      range = options;
      return new EventEmitter();
    },
  };
  const store: DynaliteStore = {
    options: { maxItemSize: maxItemBytes },
    getTable: (_name, callback) => callback(null, table.schema),
    getItemDb: () => source,
    getIndexDb: () => source,
  };
  (operation === "Query" ? queryAction : scanAction)(store, request, (error) => {
    failure = error;
  });
  if (failure) throw asAwsFailure(failure);
  if (!range) throw new AwsFailure("InternalServerError", "The request could not be planned", 500);
  return range;
}

/** dynalite's start keys of indexes are shorter than ours, so the range of a Query starts where we say. */
function startAfter(
  table: Table,
  index: GlobalSecondaryIndex | undefined,
  request: DynamodbRequest,
  range: KeyRange,
): KeyRange {
  if (!request.ExclusiveStartKey) return range;
  const start = index
    ? indexKey(table, index, request.ExclusiveStartKey)
    : database.createKey(request.ExclusiveStartKey, table.schema);
  if (request.ScanIndexForward !== false) return { ...range, gt: start };
  const { lte: _replaced, ...below } = range;
  return { ...below, lt: start };
}

function keysOf(table: Table, index: GlobalSecondaryIndex | undefined, item: Item): Item {
  const names = [...table.schema.KeySchema, ...(index?.KeySchema ?? [])].map((key) => key.AttributeName);
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name)));
}
