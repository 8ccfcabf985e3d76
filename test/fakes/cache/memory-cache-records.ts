import type { CachedImage, RemovedCopy } from "../../../shared/cache/domain/cached-image.ts";
import type { QueuedImage } from "../../../shared/cache/domain/queued-image.ts";
import type { CacheRecords } from "../../../shared/cache/ports/cache-records.ts";

interface Kept {
  readonly image_id: string;
  readonly revision: number;
}

const isAsRead = (records: ReadonlyMap<string, Kept>, id: string, before: Kept | undefined): boolean =>
  records.get(id)?.revision === before?.revision;

/** The cache's records in memory. */
export function memoryCacheRecords(): CacheRecords {
  const cached = new Map<string, CachedImage>();
  const queued = new Map<string, QueuedImage>();
  const removals = new Map<string, RemovedCopy>();
  const write = <Record extends Kept>(
    records: Map<string, Record>,
    { before, after }: { readonly before: Record | undefined; readonly after: Record | undefined },
  ) => {
    if (after) records.set(after.image_id, { ...after, revision: (before?.revision ?? 0) + 1 });
    else if (before) records.delete(before.image_id);
  };
  async function* each<Record>(records: ReadonlyMap<string, Record>) {
    yield* [...records.values()];
  }
  return {
    findCached: async (id) => cached.get(id),
    findQueued: async (id) => queued.get(id),
    listCached: async function* (after = "") {
      const ids = [...cached.keys()].sort();
      for (const id of ids) {
        const record = id > after ? cached.get(id) : undefined;
        if (record) yield record;
      }
    },
    listQueued: () => each(queued),
    commit: async (change) => {
      const idOf = (one: { readonly before: Kept | undefined; readonly after: Kept | undefined }) =>
        one.before?.image_id ?? one.after?.image_id ?? "";
      if (change.cached && !isAsRead(cached, idOf(change.cached), change.cached.before)) return false;
      if (change.queued && !isAsRead(queued, idOf(change.queued), change.queued.before)) return false;
      if (change.cached) write(cached, change.cached);
      if (change.queued) write(queued, change.queued);
      for (const removed of change.removed ?? []) removals.set(removed.key, removed);
      return true;
    },
    noteUse: async (id, { hits, at, notSince }) => {
      const before = cached.get(id);
      if (!before) return false;
      if (before.last_accessed !== null && before.last_accessed > notSince.toISOString()) return false;
      const revision = before.revision + 1;
      cached.set(id, { ...before, revision, hits: before.hits + hits, last_accessed: at.toISOString() });
      return true;
    },
    dueRemovals: async ({ at, limit, imageId }) =>
      [...removals.values()]
        .filter((one) => one.image_id === imageId)
        .filter(({ due_at }) => due_at <= at.toISOString())
        .slice(0, limit),
    listRemovals: () => each(removals),
    forgetRemoval: async ({ key }) => {
      removals.delete(key);
    },
  };
}
