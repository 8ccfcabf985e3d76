import type { WorkQueue } from "../../shared/aws/work-queue.ts";
import { hintingDeletions } from "../../shared/images/operations/bytes/hinting-deletions.ts";
import type { ImageStore } from "../../shared/images/ports/image-store.ts";
import { hintingOrphans } from "../../shared/upkeep/operations/hinting-orphans.ts";
import type { Orphans } from "../../shared/upkeep/ports/orphans.ts";

interface Ports {
  readonly images: ImageStore;
  readonly orphans?: Orphans;
  readonly queue: WorkQueue;
}

/**
 * Ports with the hints at deletions that functions put around theirs. Whoever makes ports fail does it before: then
 * an operation may be killed between a deletion and its hint.
 */
export const withHints = <Given extends Ports>(ports: Given): Given => ({
  ...ports,
  images: hintingDeletions(ports.images, ports.queue),
  ...(ports.orphans && { orphans: hintingOrphans(ports.orphans, ports.queue) }),
});
