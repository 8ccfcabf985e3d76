import { isJsonObject, type JsonObject } from "../../json-object.ts";
import { ownValue } from "../../own-value.ts";
import { shownUrl } from "../../shown-url.ts";
import type { Task } from "../domain/task.ts";
import type { SeenTask } from "../operations/tasks/show-image-tasks.ts";

const seconds = (iso: string): string => `${iso.slice(0, 19)}Z`;
/** As Glance's database writes it: microseconds, and no zone. */
const micros = (iso: string): string => `${iso.slice(0, 23)}000`;

const inList = (task: Task) => ({
  ...{ id: task.id, type: task.type, status: task.status, owner: task.owner },
  ...(task.expires_at !== null && { expires_at: seconds(task.expires_at) }),
  ...{ created_at: seconds(task.created_at), updated_at: seconds(task.updated_at) },
  ...{ self: `/v2/tasks/${task.id}`, schema: "/v2/schemas/task" },
});

/** A task as GET /v2/tasks/{task_id} shows it (docs/reference/image-api.md, "Tasks"). */
export const taskDocument = (task: Task) => ({
  ...inList(task),
  ...{ input: task.input, result: task.result, message: task.message },
  ...{ image_id: task.image_id, request_id: task.request_id, user_id: task.user_id },
});

export const tasksDocument = (
  tasks: readonly Task[],
  links: { readonly first: string; readonly next?: string },
) => ({ tasks: tasks.map(inList), ...links, schema: "/v2/schemas/tasks" });

/** A URL without what may be secret of it. */
function withoutSecrets(uri: unknown): unknown {
  return typeof uri === "string" && URL.canParse(uri) ? shownUrl(new URL(uri)) : null;
}

function shownRequest(body: unknown): unknown {
  const method: unknown = isJsonObject(body) ? ownValue(body, "method") : undefined;
  if (!isJsonObject(body) || !isJsonObject(method)) return null;
  // Nothing is known of other members.
  const name: JsonObject = { name: ownValue(method, "name") };
  const uri = Object.hasOwn(method, "uri") && { uri: withoutSecrets(ownValue(method, "uri")) };
  return { method: { ...name, ...uri } };
}

const imageTaskDocument = ({ task, isOwn }: SeenTask) => ({
  ...{ id: task.id, type: task.type, status: task.status, owner: task.owner },
  input: isOwn ? task.input : { ...task.input, import_req: shownRequest(task.input.import_req) },
  ...{ result: task.result, message: task.message },
  expires_at: task.expires_at === null ? null : micros(task.expires_at),
  ...{ created_at: micros(task.created_at), updated_at: micros(task.updated_at) },
  ...{ deleted_at: null, deleted: false },
  ...{ image_id: task.image_id, request_id: task.request_id, user_id: task.user_id },
});

/** An image's tasks, in the form that Glance has for them alone. */
export const imageTasksDocument = (tasks: readonly SeenTask[]) => ({ tasks: tasks.map(imageTaskDocument) });
