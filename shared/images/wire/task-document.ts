import type { Task, TaskSummary } from "../domain/task.ts";

const seconds = (iso: string): string => `${iso.slice(0, 19)}Z`;
/** As Glance's database writes it: microseconds, and no zone. */
const micros = (iso: string): string => `${iso.slice(0, 23)}000`;

const inList = (task: TaskSummary) => ({
  ...{ id: task.id, type: task.type, status: task.status, owner: task.owner },
  ...(task.expires_at !== null && { expires_at: seconds(task.expires_at) }),
  ...{ created_at: seconds(task.created_at), updated_at: seconds(task.updated_at) },
  ...{ self: `/v2/tasks/${task.id}`, schema: "/v2/schemas/task" },
});

/** What was sent for it. */
const inputOf = ({ type, input }: Task): unknown => (type === "import" ? input.import_req : input);

/** A task as GET /v2/tasks/{task_id} shows it (docs/reference/image-api.md, "Tasks"). */
export const taskDocument = (task: Task) => ({
  ...inList(task),
  ...{ input: inputOf(task), result: task.result, message: task.message },
  ...{ image_id: task.image_id, request_id: task.request_id, user_id: task.user_id },
});

export const tasksDocument = (
  tasks: readonly TaskSummary[],
  links: { readonly first: string; readonly next?: string },
) => ({ tasks: tasks.map(inList), ...links, schema: "/v2/schemas/tasks" });

const imageTaskDocument = (task: Task) => ({
  ...{ id: task.id, type: task.type, status: task.status, owner: task.owner },
  ...{ input: inputOf(task), result: task.result, message: task.message },
  expires_at: task.expires_at === null ? null : micros(task.expires_at),
  ...{ created_at: micros(task.created_at), updated_at: micros(task.updated_at) },
  ...{ deleted_at: null, deleted: false },
  ...{ image_id: task.image_id, request_id: task.request_id, user_id: task.user_id },
});

/** An image's tasks, in the form that Glance has for them alone. */
export const imageTasksDocument = (tasks: readonly Task[]) => ({ tasks: tasks.map(imageTaskDocument) });
