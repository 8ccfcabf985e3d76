import { parseCount } from "../command-line/amounts.ts";
import type { ImportTask } from "../openstack/image-imports.ts";
import { fields, table } from "../terminal/table.ts";
import type { Context } from "./context.ts";
import type { Result } from "./result.ts";

export interface ListTasksOptions {
  readonly image?: string;
  readonly status?: string;
  readonly limit?: string;
}

async function tasksOf(context: Context, { image, status, limit }: ListTasksOptions): Promise<ImportTask[]> {
  const most =
    limit === undefined ? Number.POSITIVE_INFINITY : parseCount(limit, "--limit", 1, Number.MAX_SAFE_INTEGER);
  const images = await context.service();
  if (image !== undefined) {
    const tasks = await images.imports.ofImage((await images.find(image)).id);
    return tasks
      .filter((task) => status === undefined || task.status === status)
      .toReversed()
      .slice(0, most);
  }
  const tasks: ImportTask[] = [];
  const query: [string, string][] = status === undefined ? [] : [["status", status]];
  for await (const task of images.imports.list(query, most)) tasks.push(task);
  return tasks;
}

/** `imagectl task list`: those of an image, or all of them, for admins; the newest first. */
export async function listTasks(context: Context, options: ListTasksOptions): Promise<Result> {
  const tasks = await tasksOf(context, options);
  const rows = tasks.map(({ id, type, status, created_at, message }) => [
    ...[id, type, status, created_at, message ?? ""],
  ]);
  return {
    json: tasks,
    text: tasks.length === 0 ? "no tasks" : table(["id", "type", "status", "created_at", "message"], rows),
  };
}

/** `imagectl task show ID`. */
export async function showTask(context: Context, id: string): Promise<Result> {
  const task = await (await context.service()).imports.show(id);
  return { json: task, text: fields(task) };
}
