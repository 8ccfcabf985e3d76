import type { Notification } from "../../notifications/domain/notification.ts";
import { isOver, type Task } from "./task.ts";

type TaskEventType = "create" | "processing" | "success" | "failure" | "run";

const seconds = (iso: string): string => `${iso.slice(0, 19)}Z`;

/** Glance's payload: what was sent, and what is said of it, may hold a secret, and is left out. */
const taskEvent = (type: TaskEventType, task: Task): Notification => ({
  event_type: `task.${type}`,
  priority: "INFO",
  payload: {
    ...{ id: task.id, type: task.type, status: task.status, result: null, owner: task.owner, message: null },
    expires_at: task.expires_at === null ? null : seconds(task.expires_at),
    ...{ created_at: seconds(task.created_at), updated_at: seconds(task.updated_at) },
    ...{ deleted: false, deleted_at: null },
  },
});

/**
 * What a change of a task is told as: that it was made, that somebody goes on with it, how it ended, and last that it has
 * run, as Glance tells it. Its progress is none.
 */
export function taskEvents(before: Task | undefined, after: Task): readonly Notification[] {
  const types: TaskEventType[] = before === undefined ? ["create"] : [];
  if (before?.status !== after.status && after.status !== "pending") types.push(after.status);
  if (isOver(after) && !(before && isOver(before))) types.push("run");
  return types.map((type) => taskEvent(type, after));
}
