import { randomUUID } from "node:crypto";
import type { CopyMessage, ImportMessage } from "../../../shared/aws/work-queue.ts";
import { dynamodbCacheRecords } from "../../../shared/cache/adapters/dynamodb/cache-records.ts";
import { CACHE_DIR } from "../../../shared/cache/domain/copy-key.ts";
import { attendImage } from "../../../shared/cache/operations/attend-image.ts";
import { dynamodbCopyRecords } from "../../../shared/images/adapters/dynamodb/copy-records.ts";
import { dynamodbDeletedImages } from "../../../shared/images/adapters/dynamodb/deleted-images.ts";
import { dynamodbTaskStore } from "../../../shared/images/adapters/dynamodb/task-store.ts";
import { dynamodbUsageStore } from "../../../shared/images/adapters/dynamodb/usage-store.ts";
import { FIRST_STORE } from "../../../shared/images/domain/location.ts";
import { deleteBytes } from "../../../shared/images/operations/bytes/delete-bytes.ts";
import { attendCopies } from "../../../shared/images/operations/copies/attend-copies.ts";
import { attendImport } from "../../../shared/images/operations/imports/attend-import.ts";
import { configuredLimits } from "../../../shared/images/operations/quotas/configured-limits.ts";
import { configuredStores } from "../../../shared/images/operations/stores/configured-stores.ts";
import { storesByName } from "../../../shared/images/ports/stores.ts";
import { dynamodbUnfinishedChanges } from "../../../shared/metadefs/adapters/dynamodb/unfinished-changes.ts";
import { dynamodbOutbox } from "../../../shared/notifications/adapters/dynamodb/outbox.ts";
import { parseStores } from "../../../shared/settings/stores/parse-stores.ts";
import { readSettings } from "../../../shared/settings.ts";
import { dynamodbCheckpoints } from "../../../shared/upkeep/adapters/dynamodb/checkpoints.ts";
import { auditDeep } from "../../../shared/upkeep/operations/audit/audit-deep.ts";
import { auditLight } from "../../../shared/upkeep/operations/audit/light/audit-light.ts";
import { cacheCleaner } from "../../../shared/upkeep/operations/cache/cache-cleaner.ts";
import { cachePrefetcher } from "../../../shared/upkeep/operations/cache/cache-prefetcher.ts";
import { cachePruner } from "../../../shared/upkeep/operations/cache/cache-pruner.ts";
import { copiesJob } from "../../../shared/upkeep/operations/copies.ts";
import { importsJob } from "../../../shared/upkeep/operations/imports.ts";
import type { JobRun } from "../../../shared/upkeep/operations/job-run.ts";
import { metadefsJob } from "../../../shared/upkeep/operations/metadefs.ts";
import { itemMigration } from "../../../shared/upkeep/operations/migration/item-migration.ts";
import { outboxJob } from "../../../shared/upkeep/operations/outbox.ts";
import { purge } from "../../../shared/upkeep/operations/purge.ts";
import { reaper } from "../../../shared/upkeep/operations/reaper/reaper.ts";
import { indexRebuild } from "../../../shared/upkeep/operations/records/index-rebuild.ts";
import { usageRecount } from "../../../shared/upkeep/operations/records/usage-recount.ts";
import { whyClosed } from "../../../shared/upkeep/operations/restore-fence.ts";
import { scrubber } from "../../../shared/upkeep/operations/scrubber.ts";
import type { BlobInventory, UploadInventory } from "../../../shared/upkeep/ports/blob-inventory.ts";
import { inventoriesByName } from "../../../shared/upkeep/ports/blob-inventory.ts";
import { memoryBlobStore } from "../../fakes/images/memory-blob-store.ts";
import { theStore } from "../../fakes/images/the-store.ts";
import { memoryEventBus } from "../../fakes/notifications/memory-event-bus.ts";
import { memoryBlobInventory } from "../../fakes/upkeep/memory-blob-inventory.ts";
import { memorySwitches } from "../../fakes/upkeep/memory-switches.ts";
import { withHints } from "../../fakes/with-hints.ts";
import type { AuditedTable } from "./audited-table.ts";

const TableName = "images";
/** The outbox's items carry the time of this machine; its job leaves young ones alone. */
const LATER_MS = 60_000;
const HOUR_MS = 3_600_000;

/** What of an inventory lies in a folder. */
const inFolder = (
  inventory: BlobInventory & UploadInventory,
  folder: string,
): Pick<BlobInventory & UploadInventory, "listBlobs" | "listUploads"> => {
  const isIn = ({ key }: { readonly key: string }) => key.startsWith(folder);
  return {
    listBlobs: async (after) => {
      const page = await inventory.listBlobs(after);
      return { ...page, blobs: page.blobs.filter(isIn) };
    },
    listUploads: async (after) => {
      const page = await inventory.listUploads(after);
      return { ...page, uploads: page.uploads.filter(isIn) };
    },
  };
};
/** The same for each attempt, so that the ends of several tables can be compared. */
const IMPORT_ID = "00000000-0000-4000-8000-0000000000dd";
const COPY_ID = "00000000-0000-4000-8000-0000000000cc";

/** What all jobs need but their checkpoints, on one table with its bytes in memory. */
export function jobPorts(table: AuditedTable) {
  const { documents, bytes } = table;
  const { inventory, ages } = memoryBlobInventory(bytes);
  const { bus, published } = memoryEventBus();
  const cheap = memoryBlobStore();
  const named = { enabled_backends: parseStores("s3:s3,cheap:s3"), default_backend: FIRST_STORE };
  const ports = {
    ...table.ports,
    stores: storesByName(
      new Map([
        [FIRST_STORE, bytes.store],
        ["cheap", cheap.store],
      ]),
    ),
    configured: configuredStores(named),
    copyRecords: dynamodbCopyRecords(documents, TableName),
    tasks: dynamodbTaskStore(documents, TableName),
    limits: configuredLimits(readSettings({})),
    deletedImages: dynamodbDeletedImages(documents, TableName),
    usage: dynamodbUsageStore(documents, TableName),
    unfinishedChanges: dynamodbUnfinishedChanges(documents, TableName),
    outbox: dynamodbOutbox(documents, TableName),
    bus,
    inventories: inventoriesByName(new Map([["s3", inventory]])),
    cache: dynamodbCacheRecords(documents, TableName),
    copies: bytes.store,
    copyInventory: inFolder(inventory, `${CACHE_DIR}/`),
    switches: memorySwitches(),
    settings: {
      ...readSettings({}),
      ...table.ports.settings,
      audit_light_objects_per_second: 1e9,
      audit_deep_objects_per_second: 1e9,
      audit_deep_bytes_per_second: 1e12,
      updater_objects_per_second: 1e9,
      reaper_max_orphans: 1000,
      reaper_max_orphan_percent: 100,
      image_cache_dir: "cache",
      // Two copies of what messy-cache.ts copies.
      image_cache_max_size: 35,
    },
  };
  return { ports, ages, published, cheap };
}

/** The cache's own records in place of those that the auditors walk. */
const withCache = ({ cache, ...ports }: JobPorts) => ({ ...ports, records: cache });

export type JobPorts = ReturnType<typeof jobPorts>["ports"];
type Work = (ports: JobPorts) => (run: JobRun) => Promise<void>;

const works: Readonly<Record<string, Work>> = {
  reaper: (ports) => reaper(ports).run,
  outbox: (ports) =>
    outboxJob({
      ...ports,
      clock: () => new Date(Date.now() + LATER_MS),
      publisherId: "image.test",
      report: () => undefined,
      warn: () => undefined,
    }).run,
  scrubber: (ports) => scrubber(ports).run,
  purge: (ports) => purge(ports).run,
  metadefs: (ports) => metadefsJob(ports).run,
  "cache-prefetcher": (ports) => cachePrefetcher(withCache(ports)).run,
  "cache-pruner": (ports) => cachePruner(withCache(ports)).run,
  "cache-cleaner": (ports) => cacheCleaner(withCache(ports)).run,
  // What it asks for is done as well: the worker is killed and repeated like the job.
  copies: (ports) => async (run) => {
    const asked: CopyMessage[] = [];
    const queue = { ...ports.queue, copy: async (message: CopyMessage) => void asked.push(message) };
    await copiesJob({ ...ports, queue }).run(run);
    const fence = { whyClosed: () => whyClosed(ports) };
    const attend = attendCopies({ ...ports, fence, newId: () => COPY_ID });
    for (const message of asked) await attend(message, () => true);
  },
  imports: (ports) => async (run) => {
    const asked: ImportMessage[] = [];
    const queue = { ...ports.queue, import: async (message: ImportMessage) => void asked.push(message) };
    // A killed run was the last to say that the import is alive.
    const clock = () => new Date(ports.clock().getTime() + HOUR_MS);
    await importsJob({ ...ports, queue, clock }).run(run);
    const fence = { whyClosed: () => whyClosed(ports) };
    const attend = attendImport({ ...ports, fence, plugins: new Map(), newId: () => IMPORT_ID });
    for (const message of asked) await attend(message, () => true);
  },
  "auditor-deep": (ports) => auditDeep(ports),
  "auditor-light": (ports) => auditLight(ports),
  "index-rebuild": (ports) => indexRebuild(ports).run,
  "usage-recount": (ports) => usageRecount(ports).run,
  "item-migration": (ports) => itemMigration(ports).run,
};

export const jobNames = Object.keys(works);

/** The job's work, which sends hints, and its ports: its checkpoints lie in a partition of its own. */
export function jobOn(name: string, { documents }: AuditedTable, ports: JobPorts) {
  const work = works[name];
  if (!work) throw new Error(`no job ${name}`);
  const hinting: Work = (given) => work(withHints(given));
  return { work: hinting, ports: { ...ports, checkpoints: dynamodbCheckpoints(documents, TableName, name) } };
}

/** What the workers that delete and cache do with the messages so far, and with those that the reaper sends once more. */
export async function deletePending(table: AuditedTable, { lost = false } = {}): Promise<void> {
  const { images } = table.ports;
  const { ports } = jobPorts(table);
  const attend = attendImage({ ...withCache(ports), newId: randomUUID });
  for (const message of table.work.caching.splice(0)) await attend(message, () => true);
  const remove = deleteBytes({ ...table.ports, stores: theStore(table.bytes.store) });
  for (const { deletionId } of table.work.deleting.splice(0)) await remove(deletionId);
  if (lost) for (const { id } of await images.pendingDeletions(1000)) await remove(id);
}
