import { type DynamoDBDocumentClient, QueryCommand, type QueryCommandOutput } from "@aws-sdk/lib-dynamodb";
import type { Key } from "./table-key.ts";

type Item = Record<string, unknown>;

export interface PartitionRange {
  readonly pk: string;
  /** Only sort keys that begin so. */
  readonly prefix?: string;
  /** Continue after this sort key. */
  readonly after?: string;
  /** Items of one read: about what is wanted. */
  readonly expected?: number;
}

/**
 * Items of one partition in the order of their sort keys, consistently, read as they are wanted. A page of DynamoDB
 * ends at 1 MB, or earlier, with more behind it: only the missing key to go on from tells the end.
 */
export async function* partitionItems(
  client: DynamoDBDocumentClient,
  TableName: string,
  { pk, prefix = "", after, expected }: PartitionRange,
): AsyncGenerator<Item> {
  let start: Key | undefined = after === undefined ? undefined : { pk, sk: after };
  do {
    const page: QueryCommandOutput = await client.send(
      new QueryCommand({
        TableName,
        ConsistentRead: true,
        KeyConditionExpression: prefix === "" ? "pk = :pk" : "pk = :pk AND begins_with(sk, :prefix)",
        ExpressionAttributeValues: { ":pk": pk, ...(prefix !== "" && { ":prefix": prefix }) },
        ...(expected !== undefined && { Limit: expected }),
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    yield* page.Items ?? [];
    start = page.LastEvaluatedKey as Key | undefined;
  } while (start !== undefined);
}

/** The first of them, at most `limit`. */
export async function firstItems(
  client: DynamoDBDocumentClient,
  TableName: string,
  { limit, ...range }: Omit<PartitionRange, "expected"> & { readonly limit: number },
): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of partitionItems(client, TableName, { ...range, expected: limit }))
    if (items.push(item) === limit) break;
  return items;
}
