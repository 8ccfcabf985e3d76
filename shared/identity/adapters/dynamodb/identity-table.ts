import { type DynamoDBDocumentClient, GetCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { failedConditions, type WriteItem, writeTransaction } from "../../../aws/transaction.ts";
import {
  epochKey,
  type IdentityItem,
  type IdentityKind,
  ITEM_VERSION,
  identityNameKey,
  idKey,
  known,
  requiredText,
} from "./identity-items.ts";

export interface IdentityTable {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
}

interface Key {
  readonly pk: string;
  readonly sk: string;
}

export const isNew = "attribute_not_exists(pk)";
export const exists = "attribute_exists(pk)";

export async function getItem(
  { client, tableName }: IdentityTable,
  key: Key,
): Promise<IdentityItem | undefined> {
  const { Item } = await client.send(
    new GetCommand({ TableName: tableName, Key: key, ConsistentRead: true }),
  );
  return Item && known(Item);
}

export const findById = (table: IdentityTable, kind: IdentityKind, id: string) =>
  getItem(table, idKey(kind, id));

/** No id is empty: an unknown name costs two reads as well, so that the time does not tell which names exist. */
const NOBODY = "";

export async function findByName(table: IdentityTable, kind: IdentityKind, name: string, domainId: string) {
  const pointer = await getItem(table, identityNameKey(kind, name, domainId));
  return findById(table, kind, pointer ? requiredText(pointer, "id") : NOBODY);
}

/** The items of a partition whose sort keys begin so, in their order; at most about `most` are read. */
export async function* queryItems(
  { client, tableName }: IdentityTable,
  pk: string,
  prefix = "",
  most?: number,
): AsyncGenerator<IdentityItem> {
  let start: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: prefix === "" ? "pk = :pk" : "pk = :pk AND begins_with(sk, :prefix)",
        ExpressionAttributeValues: { ":pk": pk, ...(prefix !== "" && { ":prefix": prefix }) },
        ConsistentRead: true,
        ...(most !== undefined && { Limit: most }),
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    yield* (page.Items ?? []).map(known);
    start = page.LastEvaluatedKey;
  } while (start);
}

/** False when a condition did not hold. */
export async function writeItems({ client }: IdentityTable, items: readonly WriteItem[]): Promise<boolean> {
  try {
    await writeTransaction(client, items);
    return true;
  } catch (error) {
    if (failedConditions(error)) return false;
    throw error;
  }
}

/** The write that makes all tokens of the user bad that were made before it. */
export const raiseEpoch = ({ tableName: TableName }: IdentityTable, userId: string): WriteItem => ({
  Update: {
    TableName,
    Key: epochKey(userId),
    // Tokens of the epoch before need not be told one by one any more.
    UpdateExpression: "ADD epoch :one SET v = :v REMOVE revoked",
    ExpressionAttributeValues: { ":one": 1, ":v": ITEM_VERSION },
  },
});

/** Applies `work` to all, a few at a time. */
export async function eachOf<Entry, Result>(
  entries: readonly Entry[],
  work: (entry: Entry) => Promise<Result>,
  atOnce = 20,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < entries.length; at += atOnce) {
    results.push(...(await Promise.all(entries.slice(at, at + atOnce).map(work))));
  }
  return results;
}
