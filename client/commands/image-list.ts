import { sortKeys } from "../../shared/images/domain/image-order.ts";
import { bytesText, parseCount } from "../command-line/amounts.ts";
import { UsageError } from "../command-line/failures.ts";
import type { Image } from "../openstack/image-service.ts";
import { table } from "../terminal/table.ts";
import { parseProperties } from "./attribute-options.ts";
import type { Context } from "./context.ts";
import type { Result } from "./result.ts";

/** Glance's words (image API v2). */
export const statuses = [
  "queued",
  "saving",
  "uploading",
  "importing",
  "active",
  "deactivated",
  "pending_delete",
  "killed",
] as const;
export const listedVisibilities = ["public", "private", "shared", "community", "all"] as const;
export const memberStatuses = ["pending", "accepted", "rejected", "all"] as const;

export interface ListOptions {
  readonly name?: string;
  readonly status?: string;
  readonly visibility?: string;
  readonly memberStatus?: string;
  readonly tag?: readonly string[];
  readonly owner?: string;
  readonly property?: readonly string[];
  readonly hidden?: boolean;
  readonly sort?: string;
  readonly limit?: string;
}

/** `name:asc,size:desc`; without a direction it is Glance's: descending. Throws UsageError. */
function sortOf(text: string): string {
  for (const term of text.split(",")) {
    const [key = "", direction = "desc", ...more] = term.split(":");
    const isKnown = sortKeys.some((known) => known === key) && /^(asc|desc)$/.test(direction);
    if (!isKnown || more.length > 0) {
      throw new UsageError(
        `--sort: expected KEY[:asc|:desc],… with KEY of ${sortKeys.join(", ")}, not "${term}"`,
      );
    }
  }
  return text;
}

/** The query of a list; names that come twice are asked twice. Throws UsageError. */
async function queryOf(context: Context, options: ListOptions): Promise<[string, string][]> {
  const given: [string, string | undefined][] = [
    ["name", options.name],
    ["status", options.status],
    ["visibility", options.visibility],
    ["member_status", options.memberStatus],
    ["sort", options.sort === undefined ? undefined : sortOf(options.sort)],
    ["os_hidden", options.hidden ? "true" : undefined],
    ...(options.tag ?? []).map((tag): [string, string] => ["tag", tag]),
    ...Object.entries(parseProperties(options.property ?? [])),
    ["owner", options.owner === undefined ? undefined : await context.project(options.owner)],
  ];
  return given.filter((pair): pair is [string, string] => pair[1] !== undefined);
}

/** `imagectl image list`: all pages, or as many images as are wanted. */
export async function listImages(context: Context, options: ListOptions): Promise<Result> {
  const limit =
    options.limit === undefined
      ? Number.POSITIVE_INFINITY
      : parseCount(options.limit, "--limit", 1, Number.MAX_SAFE_INTEGER);
  const query = await queryOf(context, options);
  const images: Image[] = [];
  for await (const image of (await context.service()).list(query, limit)) images.push(image);
  const rows = images.map((image) => [
    image.id,
    image.name,
    image.status,
    image.visibility,
    image.disk_format,
    image.size === null ? "" : bytesText(image.size),
  ]);
  return { json: images, text: table(["id", "name", "status", "visibility", "format", "size"], rows) };
}
