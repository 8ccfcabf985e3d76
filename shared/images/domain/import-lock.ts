import { ownValue } from "../../own-value.ts";
import type { Image } from "./image.ts";
import { isOver, type Task } from "./task.ts";

/** Whose task works on the image; no other import begins meanwhile. */
export const LOCK_PROPERTY = "os_glance_import_task";
/** Stores that the import has yet to reach, and those where it failed. */
export const IMPORTING_PROPERTY = "os_glance_importing_to_stores";
export const FAILED_PROPERTY = "os_glance_failed_import";

const MINUTE_MS = 60_000;

export const lockOf = ({ properties }: Pick<Image, "properties">): string | undefined =>
  ownValue(properties, LOCK_PROPERTY) ?? undefined;

export const isLockedBy = (image: Pick<Image, "properties">, task: Pick<Task, "id">): boolean =>
  lockOf(image) === task.id;

/** Whether nobody goes on with this task any more, so that its lock may be taken (Glance's times). */
export function isStale(task: Task | undefined, now: Date): boolean {
  if (task === undefined) return true;
  const minutes = task.status === "pending" ? 120 : 60;
  return now.getTime() - Date.parse(task.updated_at) > minutes * MINUTE_MS;
}

/** What the next import says in the task whose lock it takes; one that is over stays as it is. */
export const mayBePreempted = (task: Task | undefined): task is Task => task !== undefined && !isOver(task);

const storesIn = ({ properties }: Image, name: string): string[] =>
  (ownValue(properties, name) ?? "").split(",").filter((store) => store !== "");

export interface StoreLists {
  readonly importing: readonly string[];
  readonly failed: readonly string[];
}

export const listedStores = (image: Image): StoreLists => ({
  importing: storesIn(image, IMPORTING_PROPERTY),
  failed: storesIn(image, FAILED_PROPERTY),
});

const joined = (stores: Iterable<string>): string => [...new Set(stores)].sort().join(",");

/** The image's properties with these lists; empty ones are there, too, as from Glance. */
export function withStoreLists(image: Image, { importing, failed }: StoreLists): Image["properties"] {
  const lists = { [IMPORTING_PROPERTY]: joined(importing), [FAILED_PROPERTY]: joined(failed) };
  return { ...image.properties, ...lists };
}

/** The lists when stores begin to be imported to. */
export const importingTo = (image: Image, stores: readonly string[]): StoreLists => {
  const { importing, failed } = listedStores(image);
  return { importing: [...importing, ...stores], failed: failed.filter((store) => !stores.includes(store)) };
};

/** The lists when stores are reached, or (`failed`) not. */
export const leftWith = (image: Image, stores: readonly string[], isFailure: boolean): StoreLists => {
  const { importing, failed } = listedStores(image);
  return {
    importing: importing.filter((store) => !stores.includes(store)),
    failed: isFailure ? [...failed, ...stores] : failed,
  };
};

export const withLock = (properties: Image["properties"], taskId: string): Image["properties"] => ({
  ...properties,
  [LOCK_PROPERTY]: taskId,
});

export function withoutLock(properties: Image["properties"]): Image["properties"] {
  const { [LOCK_PROPERTY]: _, ...rest } = properties;
  return rest;
}
