import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { cleanCache, findStale } from "../../../shared/cache/operations/clean-cache.ts";
import { type ClearTarget, clearCache } from "../../../shared/cache/operations/clear-cache.ts";
import { pruneCache } from "../../../shared/cache/operations/prune-cache.ts";
import { queueImage } from "../../../shared/cache/operations/queue-image.ts";
import { removeImage } from "../../../shared/cache/operations/remove-image.ts";
import { admin } from "../../fakes/images/service.ts";
import { cacheService, PART_BYTES } from "./cache-service.ts";

const HOUR = 3600;
type Service = ReturnType<typeof cacheService>;

/** An image that is in the cache: by a copy from `web`, where it is in `s3`. */
async function cachedImage({ active, attend, ports }: Service, store: "s3" | "web", bytes = 100) {
  const image = await active(store, randomBytes(bytes));
  await queueImage(ports)(admin, image.id);
  expect(await attend(image.id)).toBe("cached");
  return image;
}

const idsOf = async (records: AsyncIterable<{ readonly image_id: string }>): Promise<string[]> =>
  (await Array.fromAsync(records)).map(({ image_id }) => image_id).sort();
const cachedIds = ({ records }: Service) => idsOf(records.listCached());

describe("bytes of a copy that is taken out", () => {
  it("are kept for as long as a URL of them may be used", async () => {
    const service = cacheService({ download_url_expires: HOUR });
    const { ports, records } = service;
    const image = await cachedImage(service, "web");
    const due = new Date(ports.clock().getTime() + HOUR * 1000).toISOString();
    expect(await removeImage(ports)(image.id)).toBe(true);
    expect(await Array.fromAsync(records.listRemovals())).toEqual([
      { image_id: image.id, key: expect.stringMatching(/^cache\//), due_at: due },
    ]);
  });

  it("go at once where the image is gone, which nobody may read", async () => {
    const service = cacheService({ download_url_expires: HOUR });
    const { ports, records } = service;
    const image = await cachedImage(service, "web");
    expect(await removeImage(ports)(image.id, "at once")).toBe(true);
    const [removal] = await Array.fromAsync(records.listRemovals());
    expect(removal?.due_at).toBe(ports.clock().toISOString());
  });

  it("are none for an image that is cached where it is: its own bytes stay", async () => {
    const service = cacheService();
    const image = await cachedImage(service, "s3");
    expect(await removeImage(service.ports)(image.id)).toBe(true);
    expect(await Array.fromAsync(service.records.listRemovals())).toEqual([]);
    expect(service.own.objects.has(image.locations[0]?.key ?? "")).toBe(true);
  });

  it("stay with their record when that changes all the time: the removal says so", async () => {
    const service = cacheService();
    const { ports, records } = service;
    const image = await cachedImage(service, "web");
    let tries = 0;
    const commit: typeof records.commit = async () => {
      tries++;
      return false;
    };
    await expect(removeImage({ ...ports, records: { ...records, commit } })(image.id)).rejects.toThrow(
      "changes again and again",
    );
    expect(tries).toBe(8);
    expect(await cachedIds(service)).toEqual([image.id]);
  });
});

describe("the pruner", () => {
  it("takes out copies, least recently used first, until they fit; what takes no room stays", async () => {
    const service = cacheService({ image_cache_max_size: 250 });
    const { ports, pass } = service;
    const inPlace = await cachedImage(service, "s3", 1000);
    const copies: string[] = [];
    for (let nth = 0; nth < 4; nth++) {
      pass(60);
      copies.push((await cachedImage(service, "web")).id);
    }
    const [first = "", second, ...others] = copies;
    pass(60);
    await service.records.noteUse(first, { hits: 1, at: ports.clock(), notSince: new Date(0) });
    expect(await pruneCache(ports)(admin)).toEqual({ files: 2, bytes: 200 });
    expect(await cachedIds(service)).toEqual([inPlace.id, first, others[1]].sort());
    expect(await idsOf(service.records.listRemovals())).toEqual([second, others[0]].sort());
    expect(await pruneCache(ports)(admin)).toEqual({ files: 0, bytes: 0 });
  });
});

describe("the cleaner", () => {
  const stale = async ({ ports }: Service) =>
    (await Array.fromAsync(findStale(ports, ports.clock()))).map(({ why }) => why);

  it("finds nothing where all is of use", async () => {
    const service = cacheService();
    await cachedImage(service, "web");
    await cachedImage(service, "s3");
    const waiting = await service.active("web", randomBytes(10));
    await queueImage(service.ports)(admin, waiting.id);
    expect(await stale(service)).toEqual([]);
  });

  it("takes out everything where the cache is off, and what takes no room too", async () => {
    const service = cacheService();
    await cachedImage(service, "web");
    await cachedImage(service, "s3");
    const waiting = await service.active("web", randomBytes(10));
    await queueImage(service.ports)(admin, waiting.id);
    const off = { ...service.ports, settings: { ...service.ports.settings, image_cache_dir: "" as const } };
    expect(await stale({ ...service, ports: off })).toEqual(Array(3).fill("the cache is off"));
  });

  it.each([
    ["at once", "deleted" as const, 0],
    ["when its URLs are over", "active" as const, HOUR],
  ])("lets go of the bytes %s where the image is %s", async (_, status, seconds) => {
    const service = cacheService({ download_url_expires: HOUR });
    const { ports, records } = service;
    const before = await cachedImage(service, "web");
    const other = { size: 5, os_hash_value: "0".repeat(128) };
    await ports.images.commit({ image: { before, after: { ...before, status, ...other } } });
    await cleanCache(ports)(admin);
    expect(await cachedIds(service)).toEqual([]);
    const [removal] = await Array.fromAsync(records.listRemovals());
    expect(removal?.due_at).toBe(new Date(ports.clock().getTime() + seconds * 1000).toISOString());
  });
});

describe("a cache that is emptied", () => {
  it.each([
    ["cache", [], ["begun", "waiting"], 1],
    ["queue", ["cached"], [], 1],
    ["both", [], [], 2],
  ] as const)("of %s", async (target: ClearTarget, cachedNames, queuedNames, removals) => {
    const service = cacheService();
    const { ports, records, attend, active, work } = service;
    const cached = await cachedImage(service, "web");
    const waiting = await active("web", randomBytes(10));
    const begun = await active("web", randomBytes(3 * PART_BYTES));
    for (const { id } of [waiting, begun]) await queueImage(ports)(admin, id);
    expect(await attend(begun.id, () => false)).toBe("continues");
    work.caching.length = 0;

    await clearCache(ports)(admin, () => target);
    const ids = new Map<string, string>([
      ["cached", cached.id],
      ["waiting", waiting.id],
      ["begun", begun.id],
    ]);
    const named = (names: readonly string[]) => names.map((name) => ids.get(name)).sort();
    expect(await cachedIds(service)).toEqual(named(cachedNames));
    expect(await idsOf(records.listQueued())).toEqual(named(queuedNames));
    expect(await Array.fromAsync(records.listRemovals())).toHaveLength(removals);
    // Only for what was begun: its upload is to be aborted.
    expect(work.caching.map(({ imageId }) => imageId)).toEqual(target === "cache" ? [] : [begun.id]);
  });
});
