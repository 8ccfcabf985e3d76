import { BatchGetCommand, type DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { ownValue } from "../own-value.ts";
import { backoff } from "./retry.ts";
import type { Key } from "./table-key.ts";

// A BatchGetItem takes 100 keys.
const BATCH = 100;
const UNPROCESSED_ATTEMPTS = 12;

type Item = Record<string, unknown>;

async function readBatch(
  client: DynamoDBDocumentClient,
  tableName: string,
  wanted: readonly Key[],
): Promise<Item[]> {
  const items: Item[] = [];
  let keys: Item[] = wanted.map((key) => ({ ...key }));
  for (let attempt = 0; keys.length > 0; attempt++) {
    if (attempt >= UNPROCESSED_ATTEMPTS) throw new Error("DynamoDB leaves keys unprocessed again and again");
    if (attempt > 0) await backoff(attempt);
    const answer = await client.send(
      new BatchGetCommand({ RequestItems: { [tableName]: { Keys: keys, ConsistentRead: true } } }),
    );
    items.push(...(ownValue(answer.Responses, tableName) ?? []));
    keys = ownValue(answer.UnprocessedKeys, tableName)?.Keys ?? [];
  }
  return items;
}

/** The items of different keys, in no order, consistently; those that are not there are left out. */
export async function readItems(
  client: DynamoDBDocumentClient,
  tableName: string,
  keys: readonly Key[],
): Promise<Item[]> {
  const batches: Promise<Item[]>[] = [];
  for (let at = 0; at < keys.length; at += BATCH)
    batches.push(readBatch(client, tableName, keys.slice(at, at + BATCH)));
  return (await Promise.all(batches)).flat();
}
