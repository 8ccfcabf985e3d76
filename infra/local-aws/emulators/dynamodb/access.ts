import { ownValue } from "../../own-value.ts";
import type { AccessCheck } from "../json-service.ts";
import type { AttributeValue, Item } from "./item.ts";
import type { DynamodbRequest, KeysAndAttributes, WriteRequest } from "./request.ts";
import type { DynamodbOperation } from "./schemas.ts";
import type { Table } from "./table.ts";
import { findTable, type Tables } from "./tables.ts";
import { type TransactionItem, type TransactionKeys, transactionChecks } from "./transaction-keys.ts";

// Service authorization reference: a transaction needs the permission of each of its actions.
const transactionActions: Readonly<Record<string, string>> = {
  Put: "PutItem",
  Update: "UpdateItem",
  Delete: "DeleteItem",
  ConditionCheck: "ConditionCheckItem",
  Get: "GetItem",
};

/**
 * The permissions of a parsed request, with `dynamodb:LeadingKeys` (the partition keys it touches) where AWS
 * sets it: never for a Scan, which has `dynamodb:Attributes` and `dynamodb:Select` instead. Throws
 * ResourceNotFoundException for a table that the template does not have.
 */
export function accessOf(
  tables: Pick<Tables, "byName">,
  operation: DynamodbOperation,
  request: DynamodbRequest,
  transactionKeys: TransactionKeys = "own",
): readonly AccessCheck[] {
  const check = (name: string, table: Table, keys: readonly (Item | undefined)[]): AccessCheck => {
    const leading = [...new Set(keys.flatMap((key) => keyText(ownValue(key, table.hashKey))))];
    return {
      action: `dynamodb:${name}`,
      resource: table.definition.arn,
      ...(leading.length > 0 && { context: { "dynamodb:LeadingKeys": leading } }),
    };
  };
  switch (operation) {
    case "BatchGetItem":
    case "BatchWriteItem":
      return Object.entries(request.RequestItems ?? {}).map(([name, asked]) =>
        check(operation, findTable(tables, name), batchKeys(asked)),
      );
    case "TransactGetItems":
    case "TransactWriteItems":
      return transactionChecks(operation, transactionItems(tables, request), transactionKeys);
    case "Query":
    case "Scan":
      return [ofIndex(findTable(tables, request.TableName), operation, request)];
    default:
      return [check(operation, findTable(tables, request.TableName), [request.Key ?? request.Item])];
  }
}

const transactionItems = (
  tables: Pick<Tables, "byName">,
  { TransactItems = [] }: DynamodbRequest,
): readonly TransactionItem[] =>
  TransactItems.flatMap((item) =>
    Object.entries(item).flatMap(([kind, { TableName, Key, Item }]: [string, DynamodbRequest]) => {
      const table = findTable(tables, TableName);
      const action = `dynamodb:${ownValue(transactionActions, kind) ?? kind}`;
      return keyText(ownValue(Key ?? Item, table.hashKey)).map((key) => ({
        action,
        resource: table.definition.arn,
        key,
      }));
    }),
  );

function ofIndex(table: Table, operation: DynamodbOperation, request: DynamodbRequest): AccessCheck {
  const { IndexName, KeyConditions } = request;
  const index = table.schema.GlobalSecondaryIndexes.find((one) => one.IndexName === IndexName);
  const condition = ownValue(KeyConditions, index?.KeySchema[0]?.AttributeName ?? table.hashKey);
  const leading = condition?.ComparisonOperator === "EQ" ? keyText(condition.AttributeValueList[0]) : [];
  const { arn } = table.definition;
  return {
    action: `dynamodb:${operation}`,
    resource: IndexName === undefined ? arn : `${arn}/index/${IndexName}`,
    ...(leading.length > 0 && { context: { "dynamodb:LeadingKeys": leading } }),
    ...(operation === "Scan" && { context: scanContext(request) }),
  };
}

/**
 * Which attributes a Scan names, to be shown or to be compared with: what a filter compares is as good as told. One
 * that names none reads all, which no list of allowed attributes covers.
 */
function scanContext({ Select, _projection, _filter }: DynamodbRequest): Record<string, string[]> {
  const shown = _projection?.paths.map((path) => String([path].flat()[0]));
  const attributes = shown && [...new Set([...shown, ...Object.keys(_filter?.pathHeads ?? {})])];
  return {
    ...(attributes && { "dynamodb:Attributes": attributes }),
    ...(Select !== undefined && { "dynamodb:Select": [Select] }),
  };
}

const batchKeys = (asked: KeysAndAttributes | WriteRequest[]): (Item | undefined)[] =>
  Array.isArray(asked) ? asked.map((one) => one.PutRequest?.Item ?? one.DeleteRequest?.Key) : asked.Keys;

const keyText = (value: AttributeValue | undefined): string[] => {
  const text = value?.S ?? value?.N ?? value?.B;
  return text === undefined ? [] : [text];
};
