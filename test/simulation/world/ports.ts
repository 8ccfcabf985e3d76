import { randomUUID } from "node:crypto";
import { Unavailable } from "../../../shared/errors.ts";
import { hintingDeletions } from "../../../shared/images/operations/bytes/hinting-deletions.ts";
import { hintingCopies } from "../../../shared/images/operations/copies/hinting-copies.ts";
import { notifyingImages } from "../../../shared/images/operations/notifying-images.ts";
import type { CachedData } from "../../../shared/images/ports/cached-data.ts";
import { notifyOf } from "../../../shared/notifications/operations/notify.ts";
import { hintingOrphans } from "../../../shared/upkeep/operations/hinting-orphans.ts";
import { whyClosed } from "../../../shared/upkeep/operations/restore-fence.ts";
import type { Actor } from "../scheduler/actor.ts";
import { gated } from "../scheduler/gate.ts";
import type { RawPorts, World } from "./world.ts";

/** Bytes of a read or of a part, of which the images here have several. */
const FEW_BYTES = 4;

/** Data at other hosts is not served here: that is the cache's. */
const nothingCached: CachedData = {
  urlOf: async () => "cached:",
  follow: async () => {
    throw new Unavailable("nothing is cached here");
  },
  noteServed: async () => undefined,
};

/** The ports as functions wire them, on raw ones that wait for the scheduler or do not. */
function wired(world: World, raw: RawPorts) {
  const { fixed, settings, scheduler } = world;
  const { queue } = raw;
  const hints = { disabled: settings.disabled_notifications, queue };
  const sleep = async (ms: number) => scheduler.doze(ms);
  const shared = {
    ...raw,
    ...fixed,
    blobs: raw.stores,
    cached: nothingCached,
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
  const orphans = hintingOrphans(raw.orphans, queue);
  return {
    /** Of the functions that somebody waits for. */
    api: { ...shared, images: hinting },
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
      fence: { whyClosed: () => whyClosed({ ...raw, ...fixed }) },
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
