import { type DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { isPossible } from "../../../aws/table-key.ts";
import type { RefusedUploads } from "../../ports/refused-uploads.ts";
import { refusedUploadKey } from "./keys.ts";

const ITEM_VERSION = 1;

/** Refused uploads as items under a key prefix of their own; DynamoDB deletes them (TTL) some time after they count. */
export const dynamodbRefusedUploads = (
  client: DynamoDBDocumentClient,
  TableName: string,
): RefusedUploads => ({
  note: async (imageId, until) => {
    const expires_at_ttl = Math.ceil(Date.parse(until) / 1000);
    const Item = { ...refusedUploadKey(imageId), v: ITEM_VERSION, until, expires_at_ttl };
    await client.send(new PutCommand({ TableName, Item }));
  },
  rememberedUntil: async (imageId) => {
    const Key = refusedUploadKey(imageId);
    if (!isPossible(Key)) return undefined;
    const { Item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    return Item && String(Item.until);
  },
});
