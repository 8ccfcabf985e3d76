import type { ImportWork } from "./import-work.ts";

/** Glance's types of tasks. The first is of POST /tasks, the second of an image's import; none is of the third here. */
export const taskTypes = ["import", "api_image_import", "location_import"] as const;
export type TaskType = (typeof taskTypes)[number];

export const taskStatuses = ["pending", "processing", "success", "failure"] as const;

/**
 *     pending ──► processing ──► success
 *        └─────────────┴───────► failure
 */
export type TaskStatus = (typeof taskStatuses)[number];

/** What an import was asked for, as it is shown. */
export interface TaskInput {
  readonly image_id: string;
  /** The body of the request, any JSON. */
  readonly import_req: unknown;
  /** The stores that it goes to. */
  readonly backend: readonly string[];
}

/** Work on an image that outlives its request, with Glance's attribute names. Never changed in place. */
export interface Task {
  readonly id: string;
  /** Counts the changes that are written with the image; what a run says of its progress is none. */
  readonly revision: number;
  readonly type: TaskType;
  readonly status: TaskStatus;
  readonly owner: string | null;
  readonly user_id: string | null;
  readonly request_id: string | null;
  readonly image_id: string;
  readonly input: TaskInput;
  readonly result: { readonly image_id: string } | null;
  /** How far it has come, or why it failed. */
  readonly message: string;
  /** ISO 8601 with milliseconds: the order of lists. */
  readonly created_at: string;
  /** Every run that has it in hand says so here, by which a lock is known to be alive. */
  readonly updated_at: string;
  /** Null until it is over; then it is forgotten at that time. */
  readonly expires_at: string | null;
  /** What is left to do; absent once it is over. */
  readonly import?: ImportWork;
}

/** What lists say of a task. */
export type TaskSummary = Omit<Task, "input" | "result" | "message" | "import">;

export function summaryOf(task: Task): TaskSummary {
  const { input: _, result, message, import: work, ...summary } = task;
  return summary;
}

/** A task that is under way. */
export type ImportTask = Task & { readonly import: ImportWork };

export const isOver = ({ status }: Pick<Task, "status">): boolean =>
  status === "success" || status === "failure";

export const isImportTask = (task: Task | undefined): task is ImportTask =>
  task?.import !== undefined && !isOver(task);

/** Gone for every reader; the record may be there yet. */
export const isExpired = ({ expires_at }: Pick<Task, "expires_at">, now: Date): boolean =>
  expires_at !== null && expires_at <= now.toISOString();

interface TaskEnd {
  readonly status: "success" | "failure";
  readonly message?: string;
  readonly now: Date;
  /** Setting `task_time_to_live`. */
  readonly hoursToLive: number;
}

/** The task when it is over: nothing of its work stays, a secret in a URL least of all. */
export function ended(task: Task, { status, message = "", now, hoursToLive }: TaskEnd): Task {
  const { import: _, ...rest } = task;
  return {
    ...rest,
    status,
    message,
    result: status === "success" ? { image_id: task.image_id } : null,
    updated_at: now.toISOString(),
    expires_at: new Date(now.getTime() + hoursToLive * 3_600_000).toISOString(),
  };
}
