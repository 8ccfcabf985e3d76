import { batchGetItem } from "./batch-get-item.ts";
import { batchWriteItem } from "./batch-write-item.ts";
import type { Meter } from "./capacity.ts";
import { getItem } from "./get-item.ts";
import { query } from "./query.ts";
import type { DynamodbRequest } from "./request.ts";
import type { DynamodbOperation } from "./schemas.ts";
import { findTable, type Tables } from "./tables.ts";
import { transactGetItems } from "./transact-get-items.ts";
import { transactWriteItems } from "./transact-write-items.ts";
import { writeItem } from "./write-item.ts";

type Answer = Promise<Record<string, unknown>>;

/** Does one call; `cutAfter` shortens a page of Query or Scan. Consumed capacity is on the meter only. */
export function perform(
  tables: Tables,
  operation: DynamodbOperation,
  request: DynamodbRequest,
  meter: Meter,
  cutAfter?: number,
): Answer {
  switch (operation) {
    case "GetItem":
      return getItem(tables, request, meter);
    case "PutItem":
      return writeItem(tables, "Put", request, meter);
    case "UpdateItem":
      return writeItem(tables, "Update", request, meter);
    case "DeleteItem":
      return writeItem(tables, "Delete", request, meter);
    case "Query":
    case "Scan":
      return query(tables, operation, request, meter, cutAfter);
    case "BatchGetItem":
      return batchGetItem(tables, request, meter);
    case "BatchWriteItem":
      return batchWriteItem(tables, request, meter);
    case "TransactWriteItems":
      return transactWriteItems(tables, request, meter);
    case "TransactGetItems":
      return transactGetItems(tables, request, meter);
    case "DescribeTable":
      return describeTable(tables, request);
  }
}

async function describeTable(tables: Tables, request: DynamodbRequest): Answer {
  const { id, definition, schema } = findTable(tables, request.TableName);
  const indexes = schema.GlobalSecondaryIndexes.map((index) => ({
    ...index,
    IndexArn: `${definition.arn}/index/${index.IndexName}`,
    IndexStatus: "ACTIVE",
  }));
  return {
    Table: {
      TableName: definition.name,
      TableArn: definition.arn,
      TableId: id,
      TableStatus: "ACTIVE",
      KeySchema: schema.KeySchema,
      AttributeDefinitions: schema.AttributeDefinitions,
      BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
      ...(indexes.length > 0 && { GlobalSecondaryIndexes: indexes }),
    },
  };
}
