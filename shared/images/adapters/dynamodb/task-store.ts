import { randomUUID } from "node:crypto";
import { type DynamoDBDocumentClient, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { conditionHeld } from "../../../aws/condition-held.ts";
import { firstItems } from "../../../aws/partition-items.ts";
import { itemReader } from "../../../aws/read-item.ts";
import { readItems } from "../../../aws/read-items.ts";
import type { Task } from "../../domain/task.ts";
import type { TaskStore } from "../../ports/task-store.ts";
import { imageOf } from "./image-item.ts";
import { idOfSortKey, imageKey, OPEN_TASKS, taskKey, tasksOfImage } from "./keys.ts";
import { taskOf } from "./task-item.ts";

const names = { "#status": "status", "#import": "import" };

/** Entries whose task is gone are left out: TTL removes one and the other when it likes. */
export async function readTasks(
  client: DynamoDBDocumentClient,
  TableName: string,
  ids: readonly string[],
): Promise<Task[]> {
  const tasks = (await readItems(client, TableName, ids.map(taskKey))).map(taskOf);
  const byId = new Map(tasks.map((task) => [task.id, task]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** Tasks in the one table. */
export function dynamodbTaskStore(client: DynamoDBDocumentClient, TableName: string): TaskStore {
  const get = itemReader(client, TableName);

  const findTask = async (id: string): Promise<Task | undefined> => {
    const item = await get(taskKey(id));
    return item && taskOf(item);
  };

  return {
    findTask,

    findWithTask: async (id) => {
      const task = await findTask(id);
      const image = task && (await get(imageKey(task.image_id)));
      return { task, image: image && imageOf(image) };
    },

    holdTask: (id, { by, until, now, message }) => {
      const isUnderWay = "#status IN (:pending, :processing) AND attribute_exists(#import)";
      const isFree = "attribute_not_exists(#import.#hold) OR #import.#hold.#until <= :now";
      const isOurs = "#import.#hold.#by = :by";
      const says = message === undefined ? "" : ", #message = :message";
      const command = new UpdateCommand({
        TableName,
        Key: taskKey(id),
        UpdateExpression: `SET #import.#hold = :hold, updated_at = :now${says}`,
        ConditionExpression: `${isUnderWay} AND (${isFree} OR ${isOurs})`,
        ExpressionAttributeNames: {
          ...{ ...names, "#hold": "hold", "#until": "until", "#by": "by" },
          ...(message !== undefined && { "#message": "message" }),
        },
        ExpressionAttributeValues: {
          ...{ ":hold": { by, until }, ":by": by, ":now": now },
          ...{ ":pending": "pending", ":processing": "processing" },
          ...(message !== undefined && { ":message": message }),
        },
      });
      return conditionHeld(() => client.send(command));
    },

    saveTaskHashing: async (id, hashing) => {
      const writer = randomUUID();
      const isLessFar =
        "(attribute_not_exists(#import.hashing) OR #import.hashing.#offset < :offset OR #import.hashing.etag <> :etag)";
      const command = new UpdateCommand({
        TableName,
        Key: taskKey(id),
        UpdateExpression: "SET #import.hashing = :hashing",
        ConditionExpression: `#status = :processing AND attribute_exists(#import) AND ${isLessFar}`,
        ExpressionAttributeNames: { ...names, "#offset": "offset" },
        ExpressionAttributeValues: {
          ":hashing": { ...hashing, writer },
          ":offset": hashing.offset,
          ":etag": hashing.etag ?? "",
          ":processing": "processing",
        },
      });
      if (await conditionHeld(() => client.send(command))) return true;
      // A repetition by the SDK fails on the write whose answer was lost.
      const kept = (await findTask(id))?.import?.hashing as { writer?: string } | undefined;
      return kept?.writer === writer;
    },

    saveTaskConversion: (id, by, conversion) =>
      conditionHeld(() =>
        client.send(
          new UpdateCommand({
            TableName,
            Key: taskKey(id),
            UpdateExpression: "SET #import.conversion = :conversion",
            ConditionExpression: "#status = :processing AND #import.#hold.#by = :by",
            ExpressionAttributeNames: { ...names, "#hold": "hold", "#by": "by" },
            ExpressionAttributeValues: {
              ...{ ":conversion": conversion, ":by": by, ":processing": "processing" },
            },
          }),
        ),
      ),

    tasksOf: async (imageId, limit) => {
      const range = { pk: tasksOfImage(imageId), descending: true, keysOnly: true, limit };
      const entries = await firstItems(client, TableName, range);
      return readTasks(
        client,
        TableName,
        entries.map(({ sk }) => idOfSortKey(String(sk))),
      );
    },

    openTasks: async (limit, after) => {
      const range = { pk: OPEN_TASKS, limit, ...(after !== undefined && { after }) };
      const tasks = (await firstItems(client, TableName, range)).map(({ sk }) => String(sk));
      const next = tasks.length === limit ? tasks.at(-1) : undefined;
      return { tasks, ...(next !== undefined && { next }) };
    },
  };
}
