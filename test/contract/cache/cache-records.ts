import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { CachedImage, RemovedCopy } from "../../../shared/cache/domain/cached-image.ts";
import type { QueuedImage } from "../../../shared/cache/domain/queued-image.ts";
import type { CacheRecords } from "../../../shared/cache/ports/cache-records.ts";

const at = "2026-01-01T00:00:00.000Z";
const later = (seconds: number) => new Date(Date.parse(at) + seconds * 1000);

const cachedImage = (image_id: string): CachedImage => ({
  image_id,
  revision: 0,
  key: `cache/${image_id}/x`,
  size: 10,
  checksum: "c",
  os_hash_value: "h",
  source: { store: "web", key: "k" },
  hits: 0,
  last_accessed: null,
  last_modified: at,
});
const queuedImage = (image_id: string): QueuedImage => ({
  image_id,
  revision: 0,
  queued_at: at,
  progress_at: at,
});
const removed = (image_id: string, key: string, seconds: number): RemovedCopy => ({
  image_id,
  key,
  due_at: later(seconds).toISOString(),
});

/** What every store of the cache's records does. */
export function cacheRecordsContract(name: string, make: () => Promise<CacheRecords>): void {
  describe(`CacheRecords (${name})`, () => {
    it("makes a queued image a cached one, in one write", async () => {
      const records = await make();
      const id = randomUUID();
      await records.commit({ queued: { before: undefined, after: queuedImage(id) } });
      const before = await records.findQueued(id);
      expect(before).toEqual({ ...queuedImage(id), revision: 1 });
      const change = {
        queued: { before, after: undefined },
        cached: { before: undefined, after: cachedImage(id) },
      };
      expect(await records.commit(change)).toBe(true);
      expect(await records.findQueued(id)).toBeUndefined();
      expect(await records.findCached(id)).toEqual({ ...cachedImage(id), revision: 1 });
      expect(await records.commit(change)).toBe(false);
    });

    it("writes nothing at all when one of the records was changed since it was read", async () => {
      const records = await make();
      const id = randomUUID();
      await records.commit({ queued: { before: undefined, after: queuedImage(id) } });
      const before = await records.findQueued(id);
      await records.commit({ queued: { before, after: { ...queuedImage(id), progress_at: "now" } } });
      const cached = { before: undefined, after: cachedImage(id) };
      const removals = [removed(id, "k", 0)];
      expect(await records.commit({ queued: { before, after: undefined }, cached, removed: removals })).toBe(
        false,
      );
      expect(await records.findCached(id)).toBeUndefined();
      expect(await Array.fromAsync(records.listRemovals())).toEqual([]);
      expect((await records.findQueued(id))?.progress_at).toBe("now");
    });

    it("lists all of either kind, whatever their ids", async () => {
      const records = await make();
      const ids = Array.from({ length: 40 }, () => randomUUID());
      for (const id of ids) {
        await records.commit({ cached: { before: undefined, after: cachedImage(id) } });
        await records.commit({ queued: { before: undefined, after: queuedImage(id) } });
      }
      const listed = async (some: AsyncIterable<{ readonly image_id: string }>) =>
        (await Array.fromAsync(some)).map(({ image_id }) => image_id).sort();
      expect(await listed(records.listCached())).toEqual([...ids].sort());
      expect(await listed(records.listQueued())).toEqual([...ids].sort());
    });

    it("goes on with the list of cached images behind any of them, also one that is gone", async () => {
      const records = await make();
      const ids = Array.from({ length: 40 }, () => randomUUID());
      for (const id of ids) await records.commit({ cached: { before: undefined, after: cachedImage(id) } });
      const all = (await Array.fromAsync(records.listCached())).map(({ image_id }) => image_id);
      for (const at of [0, 17, 39]) {
        const before = await records.findCached(all[at] ?? "");
        if (at === 17) await records.commit({ cached: { before, after: undefined } });
        const rest = await Array.fromAsync(records.listCached(all[at]));
        expect(rest.map(({ image_id }) => image_id)).toEqual(
          all.slice(at + 1).filter((id) => at < 17 || id !== all[17]),
        );
      }
    });

    it("notes uses, each image's at most so often, and none of an image that is gone", async () => {
      const records = await make();
      const id = randomUUID();
      const use = (hits: number, seconds: number) =>
        records.noteUse(id, { hits, at: later(seconds), notSince: later(seconds - 60) });
      expect(await use(1, 0)).toBe(false);
      await records.commit({ cached: { before: undefined, after: cachedImage(id) } });
      expect(await use(2, 0)).toBe(true);
      expect(await use(3, 59)).toBe(false);
      expect(await use(5, 60)).toBe(true);
      expect(await records.findCached(id)).toMatchObject({
        hits: 7,
        last_accessed: later(60).toISOString(),
      });
      const before = await records.findCached(id);
      expect(await records.commit({ cached: { before, after: undefined } })).toBe(true);
      expect(await use(1, 200)).toBe(false);
      expect(await records.findCached(id)).toBeUndefined();
    });

    it("tells which bytes of an image are due, until they are forgotten", async () => {
      const records = await make();
      const [one, other] = [randomUUID(), randomUUID()];
      const all = [removed(one, "a", 0), removed(one, "b", 10), removed(other, "c", 5)];
      await records.commit({ removed: all });
      const due = async (seconds: number, imageId: string) =>
        (await records.dueRemovals({ at: later(seconds), limit: 10, imageId })).map(({ key }) => key).sort();
      expect(await due(-1, one)).toEqual([]);
      expect(await due(5, one)).toEqual(["a"]);
      expect(await due(10, one)).toEqual(["a", "b"]);
      for (const each of [removed(one, "a", 0), removed(one, "a", 0)]) await records.forgetRemoval(each);
      expect(await due(10, one)).toEqual(["b"]);
      expect(await due(10, other)).toEqual(["c"]);
      expect(await Array.fromAsync(records.listRemovals())).toHaveLength(2);
    });

    it("finds nothing of ids that no image can have", async () => {
      const records = await make();
      for (const id of ["x".repeat(5000), "constructor", "é/../%"]) {
        expect(await records.findCached(id)).toBeUndefined();
        expect(await records.findQueued(id)).toBeUndefined();
      }
    });
  });
}
