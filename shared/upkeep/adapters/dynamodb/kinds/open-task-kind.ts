import { OPEN_TASKS, openTaskKey, taskKey } from "../../../../images/adapters/dynamodb/keys.ts";
import { isOver } from "../../../../images/domain/task.ts";
import { isId } from "./is-id.ts";
import { type JudgedKind, remove, subjectOf } from "./record-kind.ts";

export const openTaskKind: JudgedKind<"open task"> = {
  prefix: OPEN_TASKS,
  isPartition: (pk) => pk === OPEN_TASKS,
  refOf: ({ sk }) => (isId(sk) ? { kind: "open task", taskId: sk } : undefined),
  keyOf: ({ taskId }) => openTaskKey(taskId),
  guardOf: ({ taskId }) => taskKey(taskId),
  firstReads: ({ taskId }) => [taskKey(taskId)],
  witnesses: () => [],
  isKnownBy: "key",
  faults: (TableName, { taskId }, seen) => {
    const key = openTaskKey(taskId);
    const task = seen.task(taskId);
    if (!seen.item(key) || (task && !isOver(task))) return [];
    return [
      {
        kind: "open-task-entry-left-over",
        subject: subjectOf(key),
        evidence: { task: taskId, status: task?.status ?? "none" },
        write: remove(TableName, key),
      },
    ];
  },
};
