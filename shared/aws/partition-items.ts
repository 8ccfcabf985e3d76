import { type DynamoDBDocumentClient, QueryCommand, type QueryCommandOutput } from "@aws-sdk/lib-dynamodb";
import type { Key } from "./table-key.ts";

type Item = Record<string, unknown>;

export interface PartitionRange {
  readonly pk: string;
  /** Only sort keys that begin so. */
  readonly prefix?: string;
  /** Continue after this sort key. */
  readonly after?: string;
  /** Items of the first read: about what is wanted. Later ones grow. */
  readonly expected?: number;
  readonly descending?: boolean;
  /** Their keys alone; a read costs the same. */
  readonly keysOnly?: boolean;
}

/** Items of one read, when the wanted ones were not enough. */
const MOST_AT_ONCE = 4000;

/**
 * Items of one partition in the order of their sort keys, consistently, read as they are wanted. A page of DynamoDB
 * ends at 1 MB, or earlier, with more behind it: only the missing key to go on from tells the end.
 */
export async function* partitionItems(
  client: DynamoDBDocumentClient,
  TableName: string,
  { pk, prefix = "", after, expected, descending = false, keysOnly = false }: PartitionRange,
): AsyncGenerator<Item> {
  let start: Key | undefined = after === undefined ? undefined : { pk, sk: after };
  let Limit = expected;
  do {
    const page: QueryCommandOutput = await client.send(
      new QueryCommand({
        TableName,
        ConsistentRead: true,
        KeyConditionExpression: prefix === "" ? "pk = :pk" : "pk = :pk AND begins_with(sk, :prefix)",
        ExpressionAttributeValues: { ":pk": pk, ...(prefix !== "" && { ":prefix": prefix }) },
        ScanIndexForward: !descending,
        ...(keysOnly && { ProjectionExpression: "pk, sk" }),
        ...(Limit !== undefined && { Limit }),
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    yield* page.Items ?? [];
    start = page.LastEvaluatedKey as Key | undefined;
    Limit &&= Math.max(Limit, Math.min(MOST_AT_ONCE, Limit * 2));
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
