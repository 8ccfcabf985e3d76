import type { CacheTarget } from "../openstack/image-cache.ts";
import { ImageNotFound } from "../openstack/image-service.ts";
import { table } from "../terminal/table.ts";
import { ApiRefused } from "../transfer/transfer-api.ts";
import type { Context } from "./context.ts";
import type { Result } from "./result.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A service without a cache answers as if its paths were not there. */
async function withCache<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (
      error instanceof ApiRefused &&
      error.status === 404 &&
      /Caching via API|could not be found/.test(error.message)
    )
      throw new Error("this image service has no cache: its setting image_cache_dir is not set", {
        cause: error,
      });
    throw error;
  }
}

const time = (seconds: number): string => (seconds === 0 ? "never" : new Date(seconds * 1000).toISOString());

/** `imagectl cache list`. */
export async function listCache(context: Context): Promise<Result> {
  const { cache } = await context.service();
  const { cached, queued } = await withCache(() => cache.state());
  const rows = [
    ...cached.map((image) => [
      ...[image.image_id, "cached", image.size, image.hits],
      ...[time(image.last_accessed), time(image.last_modified)],
    ]),
    ...queued.map((id) => [id, "queued", "", "", "", ""]),
  ];
  const headings = ["image", "state", "size", "hits", "last read", "cached at"];
  return {
    json: { cached_images: cached, queued_images: queued },
    text: rows.length === 0 ? "nothing is cached or queued" : table(headings, rows),
  };
}

/** The id of an image by id or name; what is no image's any more is the id of one that was. */
async function idOf(context: Context, idOrName: string): Promise<string> {
  const service = await context.service();
  try {
    return (await service.find(idOrName)).id;
  } catch (error) {
    if (error instanceof ImageNotFound && UUID.test(idOrName)) return idOrName;
    throw error;
  }
}

/** Does the same to several images, one after the other. */
async function eachImage(
  context: Context,
  images: readonly string[],
  { work, done }: { readonly work: (id: string) => Promise<void>; readonly done: string },
): Promise<Result> {
  const ids: string[] = [];
  for (const image of images) {
    const id = await idOf(context, image);
    await withCache(() => work(id));
    ids.push(id);
  }
  return { json: ids, text: ids.map((id) => `${id} ${done}`).join("\n") };
}

/** `imagectl cache queue`. */
export async function queueForCache(context: Context, images: readonly string[]): Promise<Result> {
  const { cache } = await context.service();
  return eachImage(context, images, { work: cache.queue, done: "is cached, or will be" });
}

/** `imagectl cache delete`: an image that is not there any more is named by its id. */
export async function deleteFromCache(context: Context, images: readonly string[]): Promise<Result> {
  const { cache } = await context.service();
  return eachImage(context, images, { work: cache.remove, done: "is out of the cache" });
}

/** `imagectl cache clear`. */
export async function clearCache(
  context: Context,
  { target = "both" }: { readonly target?: CacheTarget },
): Promise<Result> {
  const { cache } = await context.service();
  await withCache(() => cache.clear(target));
  return { json: { cleared: target }, text: "" };
}

/** `imagectl cache prune`. */
export async function pruneCache(context: Context): Promise<Result> {
  const { cache } = await context.service();
  const pruned = await withCache(() => cache.prune());
  return { json: pruned, text: `${pruned.files} images with ${pruned.bytes} bytes taken out` };
}

/** `imagectl cache clean`. */
export async function cleanCache(context: Context): Promise<Result> {
  const { cache } = await context.service();
  await withCache(() => cache.clean());
  return { json: { cleaned: true }, text: "" };
}
