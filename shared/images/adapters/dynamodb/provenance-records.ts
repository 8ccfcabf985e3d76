import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { isPossible, type Key } from "../../../aws/table-key.ts";
import { type SigningJwk, signingJwk } from "../../../signatures/jwk-set.ts";
import type { ProvenanceRecords, StatementReader } from "../../ports/provenance-records.ts";

const ITEM_VERSION = 1;

/** All public keys that ever signed a statement: a new one comes when the operator turns to it, so a page has them all. */
const KEYS = "provenance#keys";
const MOST_KEYS = 1000;
const signatureKey = (imageId: string, reader: StatementReader): Key => ({
  pk: `provenance#image#${imageId}`,
  sk: reader,
});

/** The kid is computed again from the key, so a damaged item cannot give a key another one's name. */
const keyOf = (stored: Record<string, unknown>): SigningJwk => signingJwk(stored.x, stored.y);

/**
 * Keys and signatures of statements as items of the one table, under a prefix of their own: by IAM only the function
 * that signs writes there. DynamoDB deletes signatures (TTL) some time after they count.
 */
export const dynamodbProvenanceRecords = (
  client: DynamoDBDocumentClient,
  TableName: string,
): ProvenanceRecords => ({
  keys: async () => {
    const { Items = [] } = await client.send(
      new QueryCommand({
        ...{ TableName, Limit: MOST_KEYS, ConsistentRead: true },
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": KEYS },
      }),
    );
    return Items.map(keyOf);
  },
  publish: async ({ kid, x, y }) => {
    const Item = { pk: KEYS, sk: kid, v: ITEM_VERSION, x, y };
    await client.send(new PutCommand({ TableName, Item }));
  },
  find: async (imageId, reader) => {
    const Key = signatureKey(imageId, reader);
    if (!isPossible(Key)) return undefined;
    const { Item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    if (!Item) return undefined;
    const { payload_sha256, kid, sig } = Item;
    return { payload_sha256: String(payload_sha256), kid: String(kid), sig: String(sig) };
  },
  keep: async (imageId, reader, { payload_sha256, kid, sig }, until) => {
    const expires_at_ttl = Math.ceil(Date.parse(until) / 1000);
    const Item = {
      ...signatureKey(imageId, reader),
      ...{ v: ITEM_VERSION, payload_sha256, kid, sig, expires_at_ttl },
    };
    await client.send(new PutCommand({ TableName, Item }));
  },
});
