import { DeleteCommand, type DynamoDBDocumentClient, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { conditionHeld } from "../../../aws/condition-held.ts";
import { partitionItems } from "../../../aws/partition-items.ts";
import { failedConditions, writeTransaction } from "../../../aws/transaction.ts";
import type { Transfer } from "../../domain/transfer.ts";
import type { DeletedImages } from "../../ports/deleted-images.ts";
import { transferOf } from "./image-item.ts";
import {
  DELETED_PARTITIONS,
  idOfSortKey,
  imageKey,
  indexEntries,
  TRANSFER_PREFIX,
  transferKey,
} from "./keys.ts";

/** Deleted images in the same table, found by entries that their records' transactions write. */
export const dynamodbDeletedImages = (client: DynamoDBDocumentClient, TableName: string): DeletedImages => ({
  waiting: async (stage, limit, after) => {
    const pk = DELETED_PARTITIONS[stage];
    const page = await client.send(
      new QueryCommand({
        TableName,
        ConsistentRead: true,
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": pk },
        Limit: limit,
        ...(after === undefined ? {} : { ExclusiveStartKey: { pk, sk: after } }),
      }),
    );
    const images = (page.Items ?? []).map(({ sk }) => {
      const id = idOfSortKey(String(sk));
      return { id, deletedAt: String(sk).slice(0, -id.length - 1) };
    });
    const next = page.LastEvaluatedKey?.sk as string | undefined;
    return { images, ...(next === undefined ? {} : { next }) };
  },

  transfersOf: async (imageId) => {
    const transfers: Transfer[] = [];
    const range = { pk: imageKey(imageId).pk, prefix: TRANSFER_PREFIX };
    for await (const item of partitionItems(client, TableName, range)) transfers.push(transferOf(item));
    return transfers;
  },

  forgetTransfer: async ({ image_id, id }) => {
    const forget = new DeleteCommand({
      TableName,
      Key: transferKey(image_id, id),
      ConditionExpression: "#state IN (:complete, :aborted)",
      ExpressionAttributeNames: { "#state": "state" },
      ExpressionAttributeValues: { ":complete": "complete", ":aborted": "aborted" },
    });
    await conditionHeld(() => client.send(forget));
  },

  forget: async (image) => {
    const unchanged = "revision = :revision";
    const isDeleted = "#status = :deleted";
    const nothingLeft = "leftovers_purged = :yes";
    try {
      await writeTransaction(client, [
        {
          Delete: {
            TableName,
            Key: imageKey(image.id),
            ConditionExpression: [unchanged, isDeleted, nothingLeft].join(" AND "),
            ExpressionAttributeNames: { "#status": "status" },
            ExpressionAttributeValues: { ":revision": image.revision, ":deleted": "deleted", ":yes": true },
          },
        },
        ...indexEntries(image).map((Key) => ({ Delete: { TableName, Key } })),
      ]);
      return true;
    } catch (error) {
      if (failedConditions(error) === undefined) throw error;
      return false;
    }
  },
});
