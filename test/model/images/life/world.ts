import type { Caller } from "../../../../shared/caller.ts";
import { inventoriesByName } from "../../../../shared/upkeep/ports/blob-inventory.ts";
import { admin, alt, demo, memoryService } from "../../../fakes/images/service.ts";
import { memoryEventBus } from "../../../fakes/notifications/memory-event-bus.ts";
import { memoryBlobInventory } from "../../../fakes/upkeep/memory-blob-inventory.ts";
import { memoryCheckpoints } from "../../../fakes/upkeep/memory-checkpoints.ts";
import { memoryOrphans } from "../../../fakes/upkeep/memory-orphans.ts";
import { memorySwitches } from "../../../fakes/upkeep/memory-switches.ts";
import { withHints } from "../../../fakes/with-hints.ts";
import { QUOTA, type Who } from "./model.ts";

export const callers: Readonly<Record<Who, Caller>> = { demo, alt, admin };
export const SCRUB_SECONDS = 1000;
export const PURGE_DAYS = { leftovers: 5, record: 20 };

/** The real operations on memory ports, with all that the jobs need. */
export function newWorld(delayedDelete: boolean) {
  const service = memoryService({
    delayed_delete: delayedDelete,
    scrub_time: SCRUB_SECONDS,
    purge_age_in_days: PURGE_DAYS.leftovers,
    purge_images_table_age_in_days: PURGE_DAYS.record,
    user_storage_quota: QUOTA,
    reaper_max_orphan_percent: 100,
    audit_quarantine_max: 1000,
  });
  const { bytes, metadata } = service;
  const { inventory, ages } = memoryBlobInventory(bytes);
  const { bus, published } = memoryEventBus();
  const unhinted = {
    ...service.unhinted,
    inventories: inventoriesByName(new Map([["s3", inventory]])),
    orphans: memoryOrphans(metadata),
    checkpoints: memoryCheckpoints(),
    switches: memorySwitches(),
    outbox: metadata.outbox,
    bus,
    report: () => {},
    warn: () => {},
    sleep: async (ms: number) => service.pass(ms / 1000),
  };
  /** The store notes when something came into it. */
  const noteAges = () => {
    const now = new Date(service.ports.clock()).toISOString();
    for (const key of [...bytes.objects.keys(), ...bytes.uploads.keys()])
      if (!ages.has(key)) ages.set(key, now);
  };
  return { ...service, ports: withHints(unhinted), unhinted, published, noteAges };
}

export type World = ReturnType<typeof newWorld>;
export type Ports = World["ports"];
