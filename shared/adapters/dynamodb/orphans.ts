import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { ownerOf } from "../../domain/object-key.ts";
import type { Orphans } from "../../ports/orphans.ts";
import { deletionItem } from "./change-items.ts";
import { imageKey, type Key, transferKey } from "./keys.ts";
import { failedConditions, type WriteItem, writeTransaction } from "./transaction.ts";

/** The condition that a record still has the revision that was seen, or is still absent. */
const unchanged = (TableName: string, Key: Key, seen: { revision: number } | undefined): WriteItem => ({
  ConditionCheck: {
    TableName,
    Key,
    ...(seen
      ? { ConditionExpression: "revision = :seen", ExpressionAttributeValues: { ":seen": seen.revision } }
      : { ConditionExpression: "attribute_not_exists(pk)" }),
  },
});

/** Orphans cut loose in one transaction of the one table. */
export const dynamodbOrphans = (client: DynamoDBDocumentClient, TableName: string): Orphans => ({
  cutLoose: async (deletion, { image, transfer }) => {
    const owner = ownerOf(deletion.key);
    if (!owner) throw new Error(`the key ${deletion.key} names no image`);
    const { imageId, transferId } = owner;
    try {
      await writeTransaction(client, [
        deletionItem(TableName, deletion),
        unchanged(TableName, imageKey(imageId), image),
        unchanged(TableName, transferKey(imageId, transferId), transfer),
      ]);
      return true;
    } catch (error) {
      if (failedConditions(error) === undefined) throw error;
      return false;
    }
  },
});
