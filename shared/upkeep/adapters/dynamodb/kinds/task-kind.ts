import { openTaskKey, taskEntries, taskKey } from "../../../../images/adapters/dynamodb/keys.ts";
import { isOver, type Task } from "../../../../images/domain/task.ts";
import { isId } from "./is-id.ts";
import { insert, type JudgedKind, subjectOf } from "./record-kind.ts";

const TASK_PREFIX = taskKey("").pk;

/** Of one that is over the entries expire, each when the database likes. */
const entriesOf = (task: Task | undefined) =>
  task && !isOver(task) ? [openTaskKey(task.id), ...taskEntries(task)] : [];

export const taskKind: JudgedKind<"task"> = {
  prefix: TASK_PREFIX,
  isPartition: (pk) => pk.startsWith(TASK_PREFIX),
  refOf: ({ pk, sk }) => {
    const taskId = pk.slice(TASK_PREFIX.length);
    return sk === "task" && isId(taskId) ? { kind: "task", taskId } : undefined;
  },
  keyOf: ({ taskId }) => taskKey(taskId),
  guardOf: ({ taskId }) => taskKey(taskId),
  firstReads: ({ taskId }) => [taskKey(taskId)],
  witnesses: ({ taskId }, seen) => entriesOf(seen.task(taskId)),
  isKnownBy: "first read",
  faults: (TableName, { taskId }, seen) => {
    const task = seen.task(taskId);
    return entriesOf(task)
      .filter((key) => !seen.item(key))
      .map((key) => ({
        kind: "task-entry-missing",
        subject: subjectOf(key),
        evidence: { task: taskId, status: task?.status ?? "none" },
        write: insert(TableName, { ...key }),
      }));
  },
};
