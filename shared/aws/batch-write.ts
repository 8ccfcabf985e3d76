import { BatchWriteCommand, type DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { ownValue } from "../own-value.ts";
import { backoff } from "./retry.ts";
import type { Key } from "./table-key.ts";

// A BatchWriteItem takes 25 writes.
const BATCH = 25;
/** Batches on their way at the same time: one partition takes 1,000 small writes a second. */
const AT_ONCE = 8;
const UNPROCESSED_ATTEMPTS = 12;

type Write =
  | { readonly PutRequest: { readonly Item: Record<string, unknown> } }
  | { readonly DeleteRequest: { readonly Key: Record<string, unknown> } };

async function writeBatch(
  client: DynamoDBDocumentClient,
  tableName: string,
  writes: readonly Write[],
): Promise<void> {
  let left: readonly Write[] = writes;
  for (let attempt = 0; left.length > 0; attempt++) {
    if (attempt >= UNPROCESSED_ATTEMPTS)
      throw new Error("DynamoDB leaves writes unprocessed again and again");
    if (attempt > 0) await backoff(attempt);
    const answer = await client.send(new BatchWriteCommand({ RequestItems: { [tableName]: [...left] } }));
    left = (ownValue(answer.UnprocessedItems, tableName) ?? []) as Write[];
  }
}

async function writeAll(
  client: DynamoDBDocumentClient,
  tableName: string,
  writes: readonly Write[],
): Promise<void> {
  for (let at = 0; at < writes.length; at += BATCH * AT_ONCE) {
    const batches: Promise<void>[] = [];
    const end = Math.min(writes.length, at + BATCH * AT_ONCE);
    for (let from = at; from < end; from += BATCH)
      batches.push(writeBatch(client, tableName, writes.slice(from, Math.min(end, from + BATCH))));
    // All have ended before an error comes through: nothing goes on behind it.
    for (const outcome of await Promise.allSettled(batches))
      if (outcome.status === "rejected") throw outcome.reason;
  }
}

/** Puts items of different keys, each by itself, in no order: what an error leaves undone is unknown. Idempotent. */
export const putItems = (
  client: DynamoDBDocumentClient,
  tableName: string,
  items: readonly Record<string, unknown>[],
): Promise<void> =>
  writeAll(
    client,
    tableName,
    items.map((Item) => ({ PutRequest: { Item } })),
  );

/** Deletes items of different keys, each by itself, in no order. Idempotent. */
export const deleteItems = (
  client: DynamoDBDocumentClient,
  tableName: string,
  keys: readonly Key[],
): Promise<void> =>
  writeAll(
    client,
    tableName,
    keys.map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } } })),
  );
