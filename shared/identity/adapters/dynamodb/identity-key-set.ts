import { ConditionalCheckFailedException, TransactionConflictException } from "@aws-sdk/client-dynamodb";
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { retrying } from "../../../aws/retry.ts";
import { type SigningJwk, signingJwk } from "../../../signatures/jwk-set.ts";
import type { PublishedKeySet } from "../../ports/key-set.ts";
import { ITEM_VERSION, keysKey, known } from "./identity-items.ts";

const MOST_ATTEMPTS = 5;

interface Publication {
  readonly keys: readonly SigningJwk[];
  /** 0: nothing published yet. */
  readonly revision: number;
}

/** A transaction holds the item at this moment; the SDK does not try again by itself. */
const isConflict = (error: unknown): boolean => error instanceof TransactionConflictException;

/** The kid is computed again from the key, so a damaged item cannot give a key another one's name. */
const keyOf = (stored: Record<string, unknown>): SigningJwk => signingJwk(stored.x, stored.y);

/**
 * Public keys in one item of the table. Whoever may write partitions that begin with `identity#` decides which keys
 * are trusted: by IAM only the identity function may.
 */
export function dynamodbKeySet({
  client,
  tableName,
}: {
  client: DynamoDBDocumentClient;
  tableName: string;
}): PublishedKeySet {
  async function published(): Promise<Publication> {
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: keysKey, ConsistentRead: true }),
    );
    if (!Item) return { keys: [], revision: 0 };
    const { keys, revision } = known(Item);
    if (!Array.isArray(keys) || typeof revision !== "number")
      throw new Error("the item of token keys is damaged");
    return { keys: keys.map(keyOf), revision };
  }

  /** False when somebody else published in between. */
  async function replace(seen: Publication, keys: readonly SigningJwk[]): Promise<boolean> {
    const stillSeen = seen.revision === 0 ? "attribute_not_exists(pk)" : "revision = :seen";
    const put = new PutCommand({
      TableName: tableName,
      Item: { ...keysKey, v: ITEM_VERSION, revision: seen.revision + 1, keys },
      ConditionExpression: stillSeen,
      ...(seen.revision > 0 && { ExpressionAttributeValues: { ":seen": seen.revision } }),
    });
    try {
      await retrying(() => client.send(put), isConflict);
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  return {
    read: async () => ({ keys: (await published()).keys }),
    async publish(set) {
      for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
        const seen = await published();
        const kids = new Set(seen.keys.map(({ kid }) => kid));
        const added = set.keys.filter(({ kid }) => !kids.has(kid));
        if (added.length === 0 || (await replace(seen, [...seen.keys, ...added]))) return;
      }
      throw new Error(`token keys could not be published in ${MOST_ATTEMPTS} attempts`);
    },
  };
}
