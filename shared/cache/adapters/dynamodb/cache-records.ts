import { DeleteCommand, type DynamoDBDocumentClient, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { conditionHeld } from "../../../aws/condition-held.ts";
import { conditionalPut } from "../../../aws/conditional-put.ts";
import { partitionItems } from "../../../aws/partition-items.ts";
import { itemReader } from "../../../aws/read-item.ts";
import { recordOf } from "../../../aws/record-of.ts";
import type { Key } from "../../../aws/table-key.ts";
import { failedConditions, type WriteItem, writeTransaction } from "../../../aws/transaction.ts";
import type { CachedImage, RemovedCopy } from "../../domain/cached-image.ts";
import type { QueuedImage } from "../../domain/queued-image.ts";
import type { CacheRecords } from "../../ports/cache-records.ts";
import {
  CACHED_PARTITIONS,
  cachedKey,
  QUEUE,
  queuedKey,
  REMOVED,
  removedKey,
  removedPrefix,
} from "./keys.ts";

const ITEM_VERSION = 1;

interface Numbered {
  readonly image_id: string;
  readonly revision: number;
}

interface Change {
  readonly before: Numbered | undefined;
  readonly after: Numbered | undefined;
}

/** The write of a record: made, replaced or deleted, if it is still as it was read. */
function recordItems(TableName: string, keyOf: (id: string) => Key, { before, after }: Change): WriteItem[] {
  if (after) {
    const revision = (before?.revision ?? 0) + 1;
    return [
      conditionalPut(TableName, { ...keyOf(after.image_id), v: ITEM_VERSION, ...after, revision }, before),
    ];
  }
  if (!before) return [];
  const ConditionExpression = "revision = :before";
  const ExpressionAttributeValues = { ":before": before.revision };
  const Key = { ...keyOf(before.image_id) };
  return [{ Delete: { TableName, Key, ConditionExpression, ExpressionAttributeValues } }];
}

/** The cache's records in the one table, under a key prefix of their own. */
export function dynamodbCacheRecords(client: DynamoDBDocumentClient, TableName: string): CacheRecords {
  const read = itemReader(client, TableName);

  async function* list<Kept>(partitions: readonly string[], after?: Key): AsyncGenerator<Kept> {
    for (const pk of after ? partitions.slice(partitions.indexOf(after.pk)) : partitions) {
      const range = { pk, ...(after?.pk === pk && { after: after.sk }) };
      for await (const item of partitionItems(client, TableName, range)) yield recordOf<Kept>(item);
    }
  }

  return {
    findCached: async (imageId) => {
      const item = await read(cachedKey(imageId));
      return item && recordOf<CachedImage>(item);
    },

    findQueued: async (imageId) => {
      const item = await read(queuedKey(imageId));
      return item && recordOf<QueuedImage>(item);
    },

    listCached: (after) =>
      list<CachedImage>(CACHED_PARTITIONS, after === undefined ? undefined : cachedKey(after)),

    listQueued: () => list<QueuedImage>([QUEUE]),

    commit: async ({ cached, queued, removed = [] }) => {
      const items = [
        ...(cached ? recordItems(TableName, cachedKey, cached) : []),
        ...(queued ? recordItems(TableName, queuedKey, queued) : []),
        ...removed.map((copy) => ({
          Put: { TableName, Item: { ...removedKey(copy), v: ITEM_VERSION, ...copy } },
        })),
      ];
      if (items.length === 0) return true;
      try {
        await writeTransaction(client, items);
        return true;
      } catch (error) {
        if (failedConditions(error) === undefined) throw error;
        return false;
      }
    },

    noteUse: async (imageId, { hits, at, notSince }) => {
      const isThere = "attribute_exists(pk)";
      const isUnnoted = "(last_accessed = :never OR last_accessed <= :since)";
      const command = new UpdateCommand({
        TableName,
        Key: cachedKey(imageId),
        UpdateExpression: "SET last_accessed = :at ADD hits :hits, revision :one",
        ConditionExpression: [isThere, isUnnoted].join(" AND "),
        ExpressionAttributeValues: {
          ":at": at.toISOString(),
          ":since": notSince.toISOString(),
          ":never": null,
          ":hits": hits,
          ":one": 1,
        },
      });
      return conditionHeld(() => client.send(command));
    },

    dueRemovals: async ({ at, limit, imageId }) => {
      const due: RemovedCopy[] = [];
      for await (const item of partitionItems(client, TableName, {
        pk: REMOVED,
        prefix: removedPrefix(imageId),
      })) {
        const removed = recordOf<RemovedCopy>(item);
        if (removed.due_at <= at.toISOString() && due.push(removed) === limit) break;
      }
      return due;
    },

    listRemovals: () => list<RemovedCopy>([REMOVED]),

    forgetRemoval: async (removed) => {
      await client.send(new DeleteCommand({ TableName, Key: removedKey(removed) }));
    },
  };
}
