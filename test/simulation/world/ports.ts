import { randomUUID } from "node:crypto";
import { forgettingDeleted } from "../../../shared/cache/operations/forgetting-deleted.ts";
import { servedFromCache } from "../../../shared/cache/operations/serve-image.ts";
import { hintingDeletions } from "../../../shared/images/operations/bytes/hinting-deletions.ts";
import { hintingCopies } from "../../../shared/images/operations/copies/hinting-copies.ts";
import { notifyingImages } from "../../../shared/images/operations/notifying-images.ts";
import { notifyOf } from "../../../shared/notifications/operations/notify.ts";
import { hintingOrphans } from "../../../shared/upkeep/operations/hinting-orphans.ts";
import { whyClosed } from "../../../shared/upkeep/operations/restore-fence.ts";
import type { Actor } from "../scheduler/actor.ts";
import { gated } from "../scheduler/gate.ts";
import type { RawPorts, World } from "./world.ts";

/** Bytes of a read or of a part, of which the images here have several. */
const FEW_BYTES = 4;

/** The ports as functions wire them, on raw ones that wait for the scheduler or do not. */
function wired(world: World, raw: RawPorts) {
  const { fixed, settings, scheduler } = world;
  const { queue } = raw;
  const hints = { disabled: settings.disabled_notifications, queue };
  const sleep = async (ms: number) => scheduler.doze(ms);
  const caching = { ...raw, ...fixed, records: raw.cacheRecords, report: () => undefined };
  const shared = {
    ...raw,
    ...fixed,
    blobs: raw.stores,
    cached: servedFromCache(caching),
    newId: randomUUID,
    notify: notifyOf(raw.outbox, hints),
    sleep,
    report: () => undefined,
    warn: () => undefined,
  };
  const telling = notifyingImages(raw.images, hints);
  const quiet = notifyingImages(raw.images, { disabled: hints.disabled });
  const hinting = hintingDeletions(telling, queue);
  const copying = hintingCopies(hinting, queue, settings);
  const fence = { whyClosed: () => whyClosed({ ...raw, ...fixed }) };
  const orphans = hintingOrphans(raw.orphans, queue);
  return {
    /** Of the functions that somebody waits for. */
    api: { ...shared, images: forgettingDeleted(hinting, caching) },
    /** Where small images are brought whole. */
    data: { ...shared, images: copying },
    finalize: { ...shared, images: copying, rangeBytes: FEW_BYTES },
    sources: {
      ...shared,
      images: hinting,
      stores: raw.sources,
      readsSources: true as const,
      rangeBytes: FEW_BYTES,
    },
    deletes: { ...shared },
    copies: {
      ...shared,
      images: hinting,
      partBytes: FEW_BYTES,
      fence,
    },
    cache: {
      ...shared,
      records: raw.cacheRecords,
      stores: {
        of: (bytes: { readonly store: string }) =>
          (bytes.store === "web" ? raw.sources : raw.stores).of(bytes),
      },
      partBytes: () => FEW_BYTES,
    },
    imports: {
      ...shared,
      images: copying,
      fence,
      partBytes: FEW_BYTES,
      plugins: new Map(),
      judgeUri: () => undefined,
    },
    reaper: { ...shared, images: hintingDeletions(quiet, queue), orphans },
    scrubber: { ...shared, images: hintingDeletions(raw.images, queue) },
    auditor: { ...shared, images: hintingCopies(quiet, queue, settings), orphans },
  };
}

export type Ports = ReturnType<typeof wired>;

/** The ports of one actor: each call waits for the scheduler. */
export function portsOf(world: World, actor: Actor): Ports {
  const gates = Object.entries(world.raw).map(([name, port]) => [name, gated(actor, name, port)]);
  return wired(world, Object.fromEntries(gates) as RawPorts);
}

/** Ports without a scheduler, for what happens before and after a history. */
export const openPorts = (world: World): Ports => wired(world, world.raw);
