import { type DynamoDBDocumentClient, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { conditionHeld } from "../../../aws/condition-held.ts";
import type { CopyRecords } from "../../ports/copy-records.ts";
import { OPEN_TRANSFERS, openTransferKey, transferKey } from "./keys.ts";

/** Copies among the transfers of the one table. */
export const dynamodbCopyRecords = (client: DynamoDBDocumentClient, TableName: string): CopyRecords => ({
  hold: (transfer, { by, until, now, expiresAt }) => {
    const isUnderWay = "#state IN (:open, :completing)";
    const isFree = "attribute_not_exists(#hold) OR #hold.#until <= :now";
    const isOurs = "#hold.#by = :by";
    const command = new UpdateCommand({
      TableName,
      Key: transferKey(transfer.image_id, transfer.id),
      UpdateExpression: "SET #hold = :hold, expires_at = :expires_at",
      ConditionExpression: `${isUnderWay} AND (${isFree} OR ${isOurs})`,
      ExpressionAttributeNames: { "#state": "state", "#hold": "hold", "#until": "until", "#by": "by" },
      ExpressionAttributeValues: {
        ":hold": { by, until },
        ":expires_at": expiresAt,
        ":open": "open",
        ":completing": "completing",
        ":now": now,
        ":by": by,
      },
    });
    return conditionHeld(() => client.send(command));
  },

  openTransfersOf: async (imageId) => {
    const ids: string[] = [];
    const prefix = openTransferKey(imageId, "").sk;
    let start: Record<string, unknown> | undefined;
    do {
      const page = await client.send(
        new QueryCommand({
          TableName,
          ConsistentRead: true,
          KeyConditionExpression: "pk = :pk AND begins_with(sk, :prefix)",
          ExpressionAttributeValues: { ":pk": OPEN_TRANSFERS, ":prefix": prefix },
          ...(start && { ExclusiveStartKey: start }),
        }),
      );
      ids.push(...(page.Items ?? []).map(({ sk }) => String(sk).slice(prefix.length)));
      start = page.LastEvaluatedKey;
    } while (start);
    return ids;
  },
});
