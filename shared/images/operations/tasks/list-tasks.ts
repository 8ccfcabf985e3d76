import type { Caller } from "../../../caller.ts";
import type { Clock } from "../../../clock.ts";
import { BadRequest } from "../../../errors.ts";
import { enforceService } from "../../../policy/service-policy.ts";
import { isExpired, summaryOf, type Task, type TaskSummary } from "../../domain/task.ts";
import type { TaskLists, TaskStore } from "../../ports/task-store.ts";

/** Columns of a task by which lists are sorted and filtered. */
export const taskColumns = [
  ...["id", "type", "status", "owner", "expires_at", "created_at", "updated_at"],
  ...["image_id", "request_id", "user_id", "deleted", "deleted_at"],
] as const;

type Column = (typeof taskColumns)[number];

export interface TaskQuery {
  readonly limit: number;
  readonly marker?: string;
  readonly sortKey: string;
  readonly direction: "asc" | "desc";
  readonly filters: ReadonlyMap<string, string>;
}

/** So many tasks are read for a list that is sorted by anything but time: in memory at once, without what was sent. */
const MOST_SORTED = 10_000;

interface Ports {
  readonly tasks: Pick<TaskStore, "findTask"> & TaskLists;
  readonly clock: Clock;
}

/** As a database without deleted tasks has it. */
function columnOf(task: TaskSummary, column: string): string | null {
  if (column === "deleted") return "0";
  const known: Partial<Record<Column, string | null>> = {
    ...{ id: task.id, type: task.type, status: task.status, owner: task.owner },
    ...{ expires_at: task.expires_at, created_at: task.created_at, updated_at: task.updated_at },
    ...{ image_id: task.image_id, request_id: task.request_id, user_id: task.user_id },
  };
  return new Map(Object.entries(known)).get(column) ?? null;
}

const byColumn =
  (column: string, direction: TaskQuery["direction"]) =>
  (one: TaskSummary, other: TaskSummary): number => {
    const sign = direction === "asc" ? 1 : -1;
    const [a, b] = [columnOf(one, column) ?? "", columnOf(other, column) ?? ""];
    if (a !== b) return a < b ? -sign : sign;
    const [c, d] = [`${one.created_at}${one.id}`, `${other.created_at}${other.id}`];
    return c < d ? -sign : sign;
  };

/** What was sent is dropped as soon as a task is read. */
async function* summariesOf({ tasks }: Ports, listing: Parameters<TaskLists["listTasks"]>[0]) {
  for await (const task of tasks.listTasks(listing)) yield summaryOf(task);
}

/** All tasks by another column than time. Throws BadRequest where they are too many to sort. */
async function sortedTasks(ports: Ports, { sortKey, direction }: TaskQuery): Promise<TaskSummary[]> {
  const found: TaskSummary[] = [];
  for await (const task of summariesOf(ports, { direction: "desc", expected: 100 }))
    if (found.push(task) > MOST_SORTED)
      throw new BadRequest(`More than ${MOST_SORTED} tasks are too many to sort: sort by created_at.`);
  return found.sort(byColumn(sortKey, direction));
}

async function* fromMarker(sorted: readonly TaskSummary[], marker: Pick<Task, "id"> | undefined) {
  const at = marker === undefined ? -1 : sorted.findIndex(({ id }) => id === marker.id);
  yield* sorted.slice(at + 1);
}

/** A page of all tasks that have not expired. Throws Forbidden, and BadRequest for a marker that is none, too. */
export const listTasks =
  (ports: Ports) =>
  async (
    caller: Caller,
    query: TaskQuery,
  ): Promise<{ readonly tasks: readonly TaskSummary[]; readonly more: boolean }> => {
    enforceService("tasks_api_access", caller);
    enforceService("get_tasks", caller);
    const { limit, marker, sortKey, direction, filters } = query;
    const now = ports.clock();
    const after = marker === undefined ? undefined : await ports.tasks.findTask(marker);
    if (marker !== undefined && (!after || isExpired(after, now)))
      throw new BadRequest(`Task not found for task_id ${marker}`);
    const listing = { direction, expected: limit + 1, ...(after && { after }) };
    const walked =
      sortKey === "created_at"
        ? summariesOf(ports, listing)
        : fromMarker(await sortedTasks(ports, query), after);
    const meets = (task: TaskSummary) =>
      !isExpired(task, now) && [...filters].every(([name, value]) => columnOf(task, name) === value);
    const page: TaskSummary[] = [];
    for await (const task of walked) {
      if (!meets(task)) continue;
      if (page.length === limit) return { tasks: page, more: true };
      page.push(task);
    }
    return { tasks: page, more: false };
  };
