import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { partitionItems } from "../../../aws/partition-items.ts";
import type { TaskLists } from "../../ports/task-store.ts";
import { ALL_TASKS, idOfSortKey, taskSortKey } from "./keys.ts";
import { readTasks } from "./task-store.ts";

/** Tasks behind so many entries are read at a time. */
const BATCH = 100;

/** The list of all tasks in the one table. */
export const dynamodbTaskLists = (client: DynamoDBDocumentClient, TableName: string): TaskLists => ({
  listTasks: async function* ({ direction, after, expected }) {
    const range = {
      ...{ pk: ALL_TASKS, descending: direction === "desc", expected },
      ...(after && { after: taskSortKey(after) }),
    };
    const most = Math.max(1, Math.min(BATCH, expected));
    let ids: string[] = [];
    for await (const { sk } of partitionItems(client, TableName, range)) {
      if (ids.push(idOfSortKey(String(sk))) < most) continue;
      yield* await readTasks(client, TableName, ids);
      ids = [];
    }
    yield* await readTasks(client, TableName, ids);
  },
});
