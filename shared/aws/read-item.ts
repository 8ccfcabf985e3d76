import { type DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import { isPossible, type Key } from "./table-key.ts";

/** One item, consistently; absent as well where no item can have such a key. */
export const itemReader =
  (client: DynamoDBDocumentClient, TableName: string) =>
  async (Key: Key): Promise<Record<string, unknown> | undefined> =>
    isPossible(Key)
      ? (await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item
      : undefined;
