import { randomUUID } from "node:crypto";
import { attendImage } from "../../../shared/cache/operations/attend-image.ts";
import { servedFromCache } from "../../../shared/cache/operations/serve-image.ts";
import { emptyImage, type Image } from "../../../shared/images/domain/image.ts";
import { objectKey } from "../../../shared/images/domain/object-key.ts";
import { configuredStores } from "../../../shared/images/operations/stores/configured-stores.ts";
import { downloadImage } from "../../../shared/images/operations/transfers/download-image.ts";
import type { BlobStore } from "../../../shared/images/ports/blob-store.ts";
import { storesByName } from "../../../shared/images/ports/stores.ts";
import { readSettings, type Settings } from "../../../shared/settings.ts";
import { memoryCacheRecords } from "../../fakes/cache/memory-cache-records.ts";
import { memoryBlobStore } from "../../fakes/images/memory-blob-store.ts";
import { memoryFindings } from "../../fakes/images/memory-findings.ts";
import { memoryImageStore } from "../../fakes/images/memory-image-store.ts";
import { demo, hashesOf } from "../../fakes/images/service.ts";
import { memoryWorkQueue } from "../../fakes/memory-work-queue.ts";

/** Of copies here. */
export const PART_BYTES = 1024;

/** A store that clients are never led to: it signs nothing. */
function withoutUrls({ read, head }: BlobStore) {
  const reads: { readonly offset: number; readonly length: number }[] = [];
  const store: Pick<BlobStore, "read" | "head"> = {
    head,
    read: (key, offset, length) => {
      reads.push({ offset, length });
      return read(key, offset, length);
    },
  };
  return { store, reads };
}

/** The cache on memory ports, with an own store that signs URLs (`s3`) and another one that does not (`web`). */
export function cacheService(overrides: Partial<Settings> = {}) {
  const own = memoryBlobStore();
  const copies = memoryBlobStore();
  const foreign = memoryBlobStore();
  const web = withoutUrls(foreign.store);
  const work = memoryWorkQueue();
  const audit = memoryFindings();
  let now = Date.parse("2026-01-01T00:00:00.000Z");
  const clock = () => new Date(now);
  const records = memoryCacheRecords();
  const images = memoryImageStore(clock).store;
  const settings = { ...readSettings({}), image_cache_dir: "cache", ...overrides };
  const stores = storesByName<Pick<BlobStore, "read" | "head"> & Partial<(typeof own)["store"]>>(
    new Map<string, Pick<BlobStore, "read" | "head"> & Partial<(typeof own)["store"]>>([
      ["s3", own.store],
      ["web", web.store],
    ]),
  );
  const ports = {
    ...{ images, records, stores, copies: copies.store, queue: work.queue, clock, settings },
    newId: randomUUID,
    findings: audit.findings,
    configured: configuredStores(settings),
    partBytes: () => PART_BYTES,
    report: (error: unknown): void => {
      throw error;
    },
  };
  const active = async (
    store: "s3" | "web",
    data: Uint8Array,
    changes: Partial<Image> = {},
  ): Promise<Image> => {
    const id = randomUUID();
    const key = objectKey({ imageId: id, transferId: randomUUID() });
    await (store === "s3" ? own : foreign).store.put(key, data);
    const at = clock().toISOString();
    const after: Image = {
      ...{ ...emptyImage, id, owner: demo.projectId, status: "active", size: data.length },
      ...{ ...hashesOf(data), os_hash_algo: "sha512", created_at: at, updated_at: at },
      ...{ locations: [{ store, key, size: data.length }], ...changes },
    };
    return (await images.commit({ image: { before: undefined, after } })).image;
  };
  const attend = (imageId: string, hasTime = () => true) => attendImage(ports)({ imageId }, hasTime);
  const cached = servedFromCache(ports);
  const download = (id: string, caller = demo) =>
    downloadImage({
      ...ports,
      cached,
      configured: configuredStores(settings),
      notify: async () => undefined,
    })(caller, id);
  return {
    ports,
    ...{ own, copies, foreign, reads: web.reads, work, records, active, attend, download },
    pass: (seconds: number) => {
      now += seconds * 1000;
    },
  };
}
