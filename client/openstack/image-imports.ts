import { isDeepStrictEqual } from "node:util";
import { isJsonObject } from "../../shared/json-object.ts";
import { ApiRefused } from "../transfer/transfer-api.ts";
import { type ApiCaller, misunderstood, objectOf } from "./api-caller.ts";

/** A task as the API shows it; lists leave some of it out. */
export interface ImportTask {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly message?: string | null;
  readonly image_id?: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly [attribute: string]: unknown;
}

/** What is sent to have an image imported. */
export interface ImportRequest {
  readonly method: { readonly name: string; readonly [parameter: string]: unknown };
  readonly stores?: readonly string[];
  readonly all_stores?: boolean;
  readonly all_stores_must_succeed?: boolean;
}

/** Imports of an image service, and the tasks that do them. Calls throw ApiRefused, ExchangeFailed. */
export interface ImageImports {
  /** Has an image imported; the task, or undefined where there was nothing to do. Repeatable: it begins one task only. */
  begin(imageId: string, request: ImportRequest): Promise<ImportTask | undefined>;
  /** The tasks of an image, the oldest first. */
  ofImage(imageId: string): Promise<readonly ImportTask[]>;
  /** All that match, or the first `most` of them; for admins. */
  list(query: readonly (readonly [string, string])[], most: number): AsyncIterable<ImportTask>;
  /** For admins. */
  show(taskId: string): Promise<ImportTask>;
}

const PAGE_TASKS = 200;

export const isOver = ({ status }: ImportTask): boolean => status === "success" || status === "failure";

/** How a task imports, as it was asked to; undefined for tasks of other kinds. */
export function methodOf({ input }: ImportTask): Record<string, unknown> | undefined {
  const request = isJsonObject(input) ? input.import_req : undefined;
  const method = isJsonObject(request) ? request.method : undefined;
  return isJsonObject(method) ? method : undefined;
}

/** Whether a task imports what is asked for: from the same place, with the same checksum. */
export const isOfRequest = (task: ImportTask, { method }: ImportRequest): boolean =>
  isDeepStrictEqual(methodOf(task), { ...method });

function taskOf(value: unknown): ImportTask {
  if (!isJsonObject(value) || typeof value.id !== "string") throw misunderstood();
  return value as unknown as ImportTask;
}

export function imageImports(call: ApiCaller, endpoint: string): ImageImports {
  const pathOf = (image: string, rest: string) => `/v2/images/${encodeURIComponent(image)}/${rest}`;

  const ofImage = async (image: string) => {
    const { tasks } = objectOf(await call("GET", pathOf(image, "tasks")));
    if (!Array.isArray(tasks)) throw misunderstood();
    return tasks.map(taskOf).sort((a, b) => (a.created_at < b.created_at ? -1 : 1));
  };

  return {
    ofImage,
    begin: async (image, request) => {
      const before = new Set((await ofImage(image)).map(({ id }) => id));
      const begun = async () =>
        (await ofImage(image)).findLast((task) => !before.has(task.id) && isOfRequest(task, request));
      try {
        await call("POST", pathOf(image, "import"), request);
      } catch (error) {
        // The answer to an earlier try was lost: its task is there. Somebody else's import is not ours.
        const task = error instanceof ApiRefused && error.status === 409 ? await begun() : undefined;
        if (task === undefined) throw error;
        return task;
      }
      return begun();
    },
    list: async function* (asked, most) {
      const query = new URLSearchParams([["limit", String(Math.min(most, PAGE_TASKS))]]);
      for (const [name, value] of asked) query.append(name, value);
      let left = most;
      for (let next: string | undefined = `?${query}`; next !== undefined && left > 0; ) {
        const page: Record<string, unknown> = objectOf(await call("GET", `/v2/tasks${next}`));
        if (!Array.isArray(page.tasks)) throw misunderstood();
        yield* page.tasks.slice(0, left).map(taskOf);
        left -= page.tasks.length;
        next = typeof page.next === "string" ? new URL(page.next, endpoint).search : undefined;
      }
    },
    show: async (id) => taskOf(objectOf(await call("GET", `/v2/tasks/${encodeURIComponent(id)}`))),
  };
}
