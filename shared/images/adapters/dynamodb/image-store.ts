import { randomUUID } from "node:crypto";
import { TransactionConflictException } from "@aws-sdk/client-dynamodb";
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { conditionHeld } from "../../../aws/condition-held.ts";
import { firstItems, partitionItems } from "../../../aws/partition-items.ts";
import { retrying } from "../../../aws/retry.ts";
import { isPossible, type Key } from "../../../aws/table-key.ts";
import { systemClock } from "../../../clock.ts";
import type { Deletion } from "../../domain/deletion.ts";
import type { Member } from "../../domain/member.ts";
import type { Transfer } from "../../domain/transfer.ts";
import type { ImageStore } from "../../ports/image-store.ts";
import { type CommitOptions, commitChange } from "./commit-change.ts";
import { imageOf, transferOf } from "./image-item.ts";
import {
  deletionKey,
  imageKey,
  MEMBER_PREFIX,
  memberKey,
  OPEN_TRANSFERS,
  PENDING_DELETIONS,
  transferKey,
} from "./keys.ts";

/** A transaction holds the item at this moment; the SDK does not try again by itself. */
const isConflict = (error: unknown): boolean => error instanceof TransactionConflictException;

function recordOf<Kind>(item: Record<string, unknown>): Kind {
  const { pk, sk, v, ...record } = item;
  return record as unknown as Kind;
}

/** The image store in one DynamoDB table. */
export function dynamodbImageStore(
  client: DynamoDBDocumentClient,
  TableName: string,
  { countsUsage = false, clock = systemClock }: Partial<CommitOptions> = {},
): ImageStore {
  const get = async (Key: Key): Promise<Record<string, unknown> | undefined> =>
    isPossible(Key)
      ? (await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item
      : undefined;

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
    find: async (id) => {
      const item = await get(imageKey(id));
      return item && imageOf(item);
    },

    findWithTransfer: async (imageId, transferId) => {
      const [image, transfer] = await Promise.all([
        get(imageKey(imageId)),
        get(transferKey(imageId, transferId)),
      ]);
      return { image: image && imageOf(image), transfer: transfer && transferOf(transfer) };
    },

    findMember: async (imageId, memberId) => {
      const item = await get(memberKey(imageId, memberId));
      return item && recordOf<Member>(item);
    },

    members: async (imageId) => {
      const members: Member[] = [];
      const range = { pk: imageKey(imageId).pk, prefix: MEMBER_PREFIX };
      for await (const item of partitionItems(client, TableName, range)) members.push(recordOf<Member>(item));
      return members;
    },

    commit: (change) => commitChange({ client, TableName, countsUsage, clock }, change),

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
      const isBehind = "(attribute_not_exists(hashing) OR hashing.#offset < :offset)";
      const isSaved = await updateOpen(
        transfer,
        "SET hashing = :hashing",
        {
          ":hashing": { ...transfer.hashing, writer },
          ":offset": transfer.hashing?.offset,
          ":aborted": "aborted",
        },
        `attribute_exists(pk) AND #state <> :aborted AND ${isBehind}`,
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

    findDeletion: async (id) => {
      const item = await get(deletionKey(id));
      return item && recordOf<Deletion>(item);
    },

    pendingDeletions: async (limit, after) => {
      const range = { pk: PENDING_DELETIONS, limit, ...(after !== undefined && { after }) };
      return (await firstItems(client, TableName, range)).map((item) => recordOf<Deletion>(item));
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
  };
}
