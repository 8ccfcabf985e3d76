import { randomUUID } from "node:crypto";
import { type DynamoDBDocumentClient, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { conditionHeld } from "../../../aws/condition-held.ts";
import { itemReader } from "../../../aws/read-item.ts";
import type { Transfer } from "../../domain/transfer.ts";
import type { TransferStore } from "../../ports/transfer-store.ts";
import { imageOf, transferOf } from "./image-item.ts";
import { imageKey, OPEN_TRANSFERS, transferKey } from "./keys.ts";

/** Transfers in the one table. */
export function dynamodbTransferStore(client: DynamoDBDocumentClient, TableName: string): TransferStore {
  const get = itemReader(client, TableName);

  /** Updates a transfer that nobody has ended meanwhile; false when somebody has. */
  const updateOpen = async (
    transfer: Transfer,
    update: string,
    values: Record<string, unknown>,
    states: string,
    names: Record<string, string> = {},
  ) => {
    const command = new UpdateCommand({
      TableName,
      Key: transferKey(transfer.image_id, transfer.id),
      UpdateExpression: update,
      ConditionExpression: states,
      ExpressionAttributeNames: { "#state": "state", ...names },
      ExpressionAttributeValues: values,
    });
    return conditionHeld(() => client.send(command));
  };

  return {
    findWithTransfer: async (imageId, transferId) => {
      const [image, transfer] = await Promise.all([
        get(imageKey(imageId)),
        get(transferKey(imageId, transferId)),
      ]);
      return { image: image && imageOf(image), transfer: transfer && transferOf(transfer) };
    },

    touch: (transfer, expiresAt) =>
      updateOpen(
        transfer,
        "SET expires_at = :expires_at",
        { ":expires_at": expiresAt, ":open": "open" },
        "#state = :open",
      ),

    saveSigned: (transfer, signed, expiresAt) => {
      const before = transfer.signed?.version;
      const isLatest = before === undefined ? "attribute_not_exists(signed)" : "signed.version = :before";
      return updateOpen(
        transfer,
        "SET signed = :signed, expires_at = :expires_at",
        {
          ":signed": signed,
          ":expires_at": expiresAt,
          ":open": "open",
          ...(before === undefined ? {} : { ":before": before }),
        },
        `#state = :open AND ${isLatest}`,
      );
    },

    saveHashing: async (transfer) => {
      const writer = randomUUID();
      const etag = transfer.hashing?.etag;
      // Of another object under the same key nothing was read yet.
      const isOfAnother =
        etag === undefined ? "" : " OR (attribute_exists(hashing.etag) AND hashing.etag <> :etag)";
      const isLessFar = `(attribute_not_exists(hashing) OR hashing.#offset < :offset${isOfAnother})`;
      const isSaved = await updateOpen(
        transfer,
        "SET hashing = :hashing",
        {
          ":hashing": { ...transfer.hashing, writer },
          ":offset": transfer.hashing?.offset,
          ...(etag !== undefined && { ":etag": etag }),
          ":aborted": "aborted",
        },
        `attribute_exists(pk) AND #state <> :aborted AND ${isLessFar}`,
        { "#offset": "offset" },
      );
      if (isSaved) return true;
      // A repetition by the SDK fails on the write whose answer was lost.
      const item = await get(transferKey(transfer.image_id, transfer.id));
      return (item?.hashing as { writer?: string } | undefined)?.writer === writer;
    },

    openTransfers: async (limit, after) => {
      const page = await client.send(
        new QueryCommand({
          TableName,
          ConsistentRead: true,
          KeyConditionExpression: "pk = :pk",
          ExpressionAttributeValues: { ":pk": OPEN_TRANSFERS },
          Limit: limit,
          ...(after === undefined ? {} : { ExclusiveStartKey: { pk: OPEN_TRANSFERS, sk: after } }),
        }),
      );
      const transfers = (page.Items ?? []).map((item) => {
        const [imageId = "", transferId = ""] = String(item.sk).split("#");
        return { imageId, transferId };
      });
      const next = page.LastEvaluatedKey?.sk as string | undefined;
      return { transfers, ...(next === undefined ? {} : { next }) };
    },
  };
}
