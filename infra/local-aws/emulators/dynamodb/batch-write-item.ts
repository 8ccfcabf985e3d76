import { AwsFailure } from "../aws-failure.ts";
import type { Meter } from "./capacity.ts";
import { checkIndexKeys } from "./check-index-keys.ts";
import type { DynamodbRequest, WriteRequest } from "./request.ts";
import { findTable, type Tables } from "./tables.ts";
import { checkItemBytes } from "./write-action.ts";
import { keyOfWrite, writeItem } from "./write-item.ts";

/** BatchWriteItem: up to 25 puts and deletes, each atomic by itself, without any order. */
export async function batchWriteItem(
  tables: Tables,
  request: DynamodbRequest,
  meter: Meter,
): Promise<Record<string, unknown>> {
  const requests = Object.entries(request.RequestItems as Record<string, WriteRequest[]>);
  const writes = requests.flatMap(([name, list]) => list.map((one) => writeOf(tables, name, one)));
  if (new Set(writes.map(({ key }) => key)).size < writes.length)
    throw new AwsFailure("ValidationException", "Provided list of item keys contains duplicates");
  await Promise.all(writes.map(({ kind, write }) => writeItem(tables, kind, write, meter)));
  return { UnprocessedItems: {} };
}

function writeOf(tables: Tables, tableName: string, { PutRequest, DeleteRequest }: WriteRequest) {
  if (!PutRequest === !DeleteRequest)
    throw new AwsFailure(
      "ValidationException",
      "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
    );
  // Refused here, before any of the batch is written.
  if (PutRequest) {
    checkItemBytes("Put", PutRequest.Item);
    checkIndexKeys(findTable(tables, tableName), PutRequest.Item);
  }
  const write: DynamodbRequest = { TableName: tableName, ...PutRequest, ...DeleteRequest };
  return {
    kind: PutRequest ? ("Put" as const) : ("Delete" as const),
    write,
    key: keyOfWrite(findTable(tables, tableName), write),
  };
}
