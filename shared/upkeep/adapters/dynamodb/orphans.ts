import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { failedConditions, writeTransaction } from "../../../aws/transaction.ts";
import { unchanged } from "../../../aws/unchanged.ts";
import { imageKey, transferKey } from "../../../images/adapters/dynamodb/keys.ts";
import { deletionItem } from "../../../images/adapters/dynamodb/writes/deletion-items.ts";
import { imageOfKey, keyOwnerOf } from "../../../images/domain/object-key.ts";
import type { Orphans } from "../../ports/orphans.ts";

/** Orphans cut loose in one transaction of the one table. */
export const dynamodbOrphans = (client: DynamoDBDocumentClient, TableName: string): Orphans => ({
  scheduleDeletion: async (deletion, { image, transfer }) => {
    const imageId = imageOfKey(deletion.key);
    if (imageId === undefined) throw new Error(`the key ${deletion.key} names no image`);
    // A key that is used again names no transfer: of those the image says which has it in hand.
    const transferId = keyOwnerOf(deletion.key)?.transferId ?? transfer?.id;
    try {
      await writeTransaction(client, [
        deletionItem(TableName, deletion),
        unchanged(TableName, imageKey(imageId), image),
        ...(transferId === undefined
          ? []
          : [unchanged(TableName, transferKey(imageId, transferId), transfer)]),
      ]);
      return true;
    } catch (error) {
      if (failedConditions(error) === undefined) throw error;
      return false;
    }
  },
});
