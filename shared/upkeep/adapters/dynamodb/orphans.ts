import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { failedConditions, writeTransaction } from "../../../aws/transaction.ts";
import { unchanged } from "../../../aws/unchanged.ts";
import { imageKey, transferKey } from "../../../images/adapters/dynamodb/keys.ts";
import { deletionItem } from "../../../images/adapters/dynamodb/writes/deletion-items.ts";
import { keyOwnerOf } from "../../../images/domain/object-key.ts";
import type { Orphans } from "../../ports/orphans.ts";

/** Orphans cut loose in one transaction of the one table. */
export const dynamodbOrphans = (client: DynamoDBDocumentClient, TableName: string): Orphans => ({
  scheduleDeletion: async (deletion, { image, transfer }) => {
    const owner = keyOwnerOf(deletion.key);
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
