import type { Image } from "../../../shared/images/domain/image.ts";
import { FIRST_STORE } from "../../../shared/images/domain/location.ts";
import { configuredLimits } from "../../../shared/images/operations/quotas/configured-limits.ts";
import { configuredStores } from "../../../shared/images/operations/stores/configured-stores.ts";
import { storesByName } from "../../../shared/images/ports/stores.ts";
import type { StoreSetting } from "../../../shared/settings/stores/store-setting.ts";
import { readSettings } from "../../../shared/settings.ts";
import { inventoriesByName } from "../../../shared/upkeep/ports/blob-inventory.ts";
import { memoryCacheRecords } from "../../fakes/cache/memory-cache-records.ts";
import { memoryBlobStore } from "../../fakes/images/memory-blob-store.ts";
import { memoryFindings } from "../../fakes/images/memory-findings.ts";
import { memoryImageStore } from "../../fakes/images/memory-image-store.ts";
import { memoryRefusedUploads } from "../../fakes/images/memory-refused-uploads.ts";
import { memorySigningCertificates } from "../../fakes/images/memory-signing-certificates.ts";
import { memoryEventBus } from "../../fakes/notifications/memory-event-bus.ts";
import { memoryBlobInventory } from "../../fakes/upkeep/memory-blob-inventory.ts";
import { memoryCheckpoints } from "../../fakes/upkeep/memory-checkpoints.ts";
import { memoryHeartbeats } from "../../fakes/upkeep/memory-heartbeats.ts";
import { memoryOrphans } from "../../fakes/upkeep/memory-orphans.ts";
import { memoryRecords } from "../../fakes/upkeep/memory-records.ts";
import { memorySwitches } from "../../fakes/upkeep/memory-switches.ts";
import type { Scheduler } from "../scheduler/scheduler.ts";
import type { Config } from "./config.ts";
import { type Message, queueOf } from "./messages.ts";

export const SCRUB_SECONDS = 1000;
export const PURGE_DAYS = { leftovers: 5, record: 20 };
const DAY_MS = 86_400_000;

const enabled_backends: readonly StoreSetting[] = [
  { id: "fast", type: "s3" },
  { id: "cheap", type: "s3" },
  { id: "web", type: "http" },
];
const severalStores = {
  enabled_backends,
  default_backend: "fast",
  copies: "fast:1,cheap:1",
  image_cache_dir: "cache",
};

/** The service's whole state in memory, and raw ports on it. Nobody is at work in it by itself. */
export function newWorld(config: Config, scheduler: Scheduler) {
  const settings = {
    ...readSettings({}),
    ...(config.hasStores && severalStores),
    delayed_delete: config.delayedDelete,
    activate_on_stated_hashes: config.trustsStated,
    scrub_time: SCRUB_SECONDS,
    purge_age_in_days: PURGE_DAYS.leftovers,
    purge_images_table_age_in_days: PURGE_DAYS.record,
    reaper_max_orphan_percent: 100,
    audit_quarantine_max: 1000,
  };
  const clock = () => new Date(scheduler.now);
  const metadata = memoryImageStore(clock);
  const names = config.hasStores ? [FIRST_STORE, "fast", "cheap"] : [FIRST_STORE];
  const places = new Map(names.map((name) => [name, memoryBlobStore()]));
  const inventories = new Map([...places].map(([name, bytes]) => [name, memoryBlobInventory(bytes)]));
  const web = memoryBlobStore();
  /** The folder of the cache, which is apart from images' data here. */
  const cache = memoryBlobStore();
  const cacheInventory = memoryBlobInventory(cache);
  const audit = memoryFindings();
  const { bus, published } = memoryEventBus();
  const messages: Message[] = [];
  const by = <Port>(port: (bytes: ReturnType<typeof memoryBlobStore>) => Port) =>
    storesByName(new Map([...places].map(([name, bytes]) => [name, port(bytes)])));
  const deletedAt = new Map<string, number>();
  /** Objects that a store has lost or spoiled, as `store/key`. */
  const damaged = new Set<string>();

  let heard: (before: Image | undefined, after: Image) => void = () => undefined;
  const images: typeof metadata.store = {
    ...metadata.store,
    commit: async (change) => {
      const written = await metadata.store.commit(change);
      heard(change.image.before, written.image);
      return written;
    },
  };

  const raw = {
    images,
    tasks: images,
    lists: metadata.store,
    usage: metadata.usage,
    deletedImages: metadata.deletedImages,
    copyRecords: metadata.copyRecords,
    outbox: metadata.outbox,
    stores: by(({ store }) => store),
    deletedBlobs: by(({ deletedBlobs }) => deletedBlobs),
    sources: storesByName(new Map([["web", web.store]])),
    inventories: inventoriesByName(
      new Map([...inventories].map(([name, { inventory }]) => [name, inventory])),
    ),
    orphans: memoryOrphans(metadata),
    records: memoryRecords(metadata),
    findings: audit.findings,
    refused: memoryRefusedUploads(),
    certificates: memorySigningCertificates().certificates,
    cacheRecords: memoryCacheRecords(),
    copies: cache.store,
    copyInventory: cacheInventory.inventory,
    checkpoints: memoryCheckpoints(),
    switches: memorySwitches(),
    tableHeartbeats: memoryHeartbeats().heartbeats,
    bucketHeartbeats: memoryHeartbeats().heartbeats,
    bus,
    queue: queueOf(
      () => scheduler.atWork,
      (message) => messages.push(message),
      () => scheduler.now,
    ),
  };
  const fixed = {
    clock,
    settings,
    limits: configuredLimits(settings),
    configured: configuredStores(settings),
    tableIdentity: async () => "table-1",
    publisherId: "simulation",
  };

  /** The stores note when something came, and forget what was deleted long ago. */
  const keepStores = (): void => {
    for (const [name, { objects, uploads, kept }] of [...places, ["cache", cache] as const]) {
      const ages = name === "cache" ? cacheInventory.ages : inventories.get(name)?.ages;
      const at = clock().toISOString();
      for (const key of objects.keys()) if (!ages?.has(key)) ages?.set(key, at);
      for (const id of uploads.keys()) if (!ages?.has(id)) ages?.set(id, at);
      for (const key of kept.keys()) {
        const id = `${name}/${key}`;
        const since = deletedAt.get(id) ?? scheduler.now;
        deletedAt.set(id, since);
        if (scheduler.now - since < settings.deleted_bytes_retention_days * DAY_MS) continue;
        kept.delete(key);
        deletedAt.delete(id);
      }
      for (const id of deletedAt.keys())
        if (id.startsWith(`${name}/`) && !kept.has(id.slice(name.length + 1))) deletedAt.delete(id);
    }
  };
  /** Told of each write of an image. */
  const hearChanges = (hear: typeof heard): void => {
    heard = hear;
  };
  return {
    hearChanges,
    damaged,
    cache,
    config,
    settings,
    scheduler,
    metadata,
    places,
    web,
    audit,
    published,
    messages,
    raw,
    fixed,
    keepStores,
  };
}

export type World = ReturnType<typeof newWorld>;
export type RawPorts = World["raw"];
