import { table } from "../terminal/table.ts";
import type { Context } from "./context.ts";
import type { Result } from "./result.ts";

/** `imagectl image usage`: what the project has used of each of its quotas. */
export async function showUsage(context: Context): Promise<Result> {
  const usage = await (await context.service()).usage();
  const rows = Object.entries(usage).map(([name, { usage: used, limit }]) => [
    name,
    used,
    limit < 0 ? "unlimited" : limit,
  ]);
  return { json: usage, text: rows.length === 0 ? "no quotas" : table(["quota", "used", "limit"], rows) };
}
