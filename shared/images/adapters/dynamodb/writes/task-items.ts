import { conditionalPut } from "../../../../aws/conditional-put.ts";
import type { WriteItem } from "../../../../aws/transaction.ts";
import { isOver } from "../../../domain/task.ts";
import type { TaskWrite } from "../../../ports/change.ts";
import { openTaskKey, taskEntries } from "../keys.ts";
import { taskExpiry, taskItem } from "../task-item.ts";

/** The entries of lists: written at the beginning, and again at the end, from when on they expire with the task. */
function entryItems(TableName: string, { before, after }: TaskWrite): WriteItem[] {
  const isEnd = isOver(after) && !(before && isOver(before));
  if (before !== undefined && !isEnd) return [];
  const entries = taskEntries(after).map((key) => ({
    Put: { TableName, Item: { ...key, ...taskExpiry(after) } },
  }));
  const open = openTaskKey(after.id);
  if (isEnd) return [...entries, ...(before ? [{ Delete: { TableName, Key: open } }] : [])];
  return [...entries, { Put: { TableName, Item: open } }];
}

/** The task's record, and what finds it. */
export const taskItems = (TableName: string, write: TaskWrite): WriteItem[] => [
  conditionalPut(TableName, taskItem(write.after), write.before),
  ...entryItems(TableName, write),
];
