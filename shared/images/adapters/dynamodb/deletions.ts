import { TransactionConflictException } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, type DynamoDBDocumentClient, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { conditionHeld } from "../../../aws/condition-held.ts";
import { firstItems } from "../../../aws/partition-items.ts";
import { itemReader } from "../../../aws/read-item.ts";
import { recordOf } from "../../../aws/record-of.ts";
import { retrying } from "../../../aws/retry.ts";
import type { Deletion } from "../../domain/deletion.ts";
import { FIRST_STORE } from "../../domain/location.ts";
import type { Deletions } from "../../ports/deletions.ts";
import { deletionKey, PENDING_DELETIONS } from "./keys.ts";

/** A deletion that names no store is from before there were names. */
const deletionFrom = (item: Record<string, unknown>): Deletion => ({
  store: FIRST_STORE,
  ...recordOf<Omit<Deletion, "store">>(item),
});

/** A transaction holds the item at this moment; the SDK does not try again by itself. */
const isConflict = (error: unknown): boolean => error instanceof TransactionConflictException;

/** Deletions in the one table, in a partition of their own. */
export const dynamodbDeletions = (client: DynamoDBDocumentClient, TableName: string): Deletions => ({
  findDeletion: async (id) => {
    const item = await itemReader(client, TableName)(deletionKey(id));
    return item && deletionFrom(item);
  },

  pendingDeletions: async (limit, after) => {
    const range = { pk: PENDING_DELETIONS, limit, ...(after !== undefined && { after }) };
    return (await firstItems(client, TableName, range)).map((item) => deletionFrom(item));
  },

  claimDeletion: async (id, { now, until }) => {
    const exists = "attribute_exists(pk)";
    const unclaimed = "(attribute_not_exists(claimed_until) OR claimed_until <= :now)";
    const command = new UpdateCommand({
      TableName,
      Key: deletionKey(id),
      UpdateExpression: "SET claimed_until = :until",
      ConditionExpression: [exists, unclaimed].join(" AND "),
      ExpressionAttributeValues: { ":now": now.toISOString(), ":until": until.toISOString() },
    });
    return conditionHeld(() => client.send(command));
  },

  removeDeletion: async (id) => {
    await retrying(() => client.send(new DeleteCommand({ TableName, Key: deletionKey(id) })), isConflict);
  },
});
