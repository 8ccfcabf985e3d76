import { BadRequest } from "../../errors.ts";
import type { Settings } from "../../settings.ts";
import { taskStatuses } from "../domain/task.ts";
import { type TaskQuery, taskColumns } from "../operations/tasks/list-tasks.ts";

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const notFilters = new Set(["limit", "marker", "sort_key", "sort_dir"]);
const columns: ReadonlySet<string> = new Set(taskColumns);

function limitOf(text: string | undefined, { limit_param_default, api_limit_max }: Settings): number {
  if (text === undefined) return Math.min(limit_param_default, api_limit_max);
  if (!/^\d+$/.test(text))
    throw new BadRequest(`limit param must be an integer that is not negative: ${text}`);
  return Math.min(Number(text), api_limit_max);
}

/** Columns alone are filters; what else is asked for is not looked at. */
function filtersOf(last: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const status = last.get("status");
  // Empty ones are no mistakes to Glance, and nothing has them.
  if (status && !taskStatuses.some((one) => one === status))
    throw new BadRequest(`Invalid status value: ${status}`);
  const type = last.get("type");
  if (type && type !== "import") throw new BadRequest(`Invalid type value: ${type}`);
  return new Map([...last].filter(([name]) => columns.has(name) && !notFilters.has(name)));
}

/** The query string of GET /v2/tasks. Throws BadRequest for what it does not understand. */
export function taskQuery(query: URLSearchParams, settings: Settings): TaskQuery {
  const last = new Map(query);
  const sortKey = last.get("sort_key") ?? "created_at";
  if (!columns.has(sortKey)) throw new BadRequest(`sort_key must be one of: ${taskColumns.join(", ")}.`);
  const direction = last.get("sort_dir") ?? "desc";
  if (direction !== "asc" && direction !== "desc")
    throw new BadRequest(`Invalid sort direction: ${direction}`);
  const marker = last.get("marker");
  if (marker !== undefined && !uuid.test(marker)) throw new BadRequest("Invalid marker format");
  return {
    ...{ limit: limitOf(last.get("limit"), settings), sortKey, direction, filters: filtersOf(last) },
    ...(marker !== undefined && { marker }),
  };
}
