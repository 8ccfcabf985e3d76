import { randomUUID } from "node:crypto";
import { emptyImage, type Image } from "../../../shared/images/domain/image.ts";
import { objectKey } from "../../../shared/images/domain/object-key.ts";
import { deleteBytes } from "../../../shared/images/operations/bytes/delete-bytes.ts";
import type { Settings } from "../../../shared/settings.ts";
import { reaper } from "../../../shared/upkeep/operations/reaper/reaper.ts";
import type { ReaperPorts } from "../../../shared/upkeep/operations/reaper/reaper-ports.ts";
import { type JobRequest, runJob } from "../../../shared/upkeep/operations/run-job.ts";
import { inventoriesByName } from "../../../shared/upkeep/ports/blob-inventory.ts";
import { memoryService } from "../images/service.ts";
import { withHints } from "../with-hints.ts";
import type { LogLine } from "./job-run.ts";
import { memoryBlobInventory } from "./memory-blob-inventory.ts";
import { memoryCheckpoints } from "./memory-checkpoints.ts";
import { memoryOrphans } from "./memory-orphans.ts";
import { memorySwitches } from "./memory-switches.ts";

export const HOUR = 3600;
export const DAY = 24 * HOUR;

/** The reaper on memory ports, with all that a test needs to make rubbish for it. */
export function reaperService(overrides: Partial<Settings> = {}, { pageSize = 3 } = {}) {
  // Tests have few objects; those of the brake set the share themselves.
  const service = memoryService({ reaper_max_orphan_percent: 100, ...overrides });
  const { inventory, ages } = memoryBlobInventory(service.bytes, { pageSize });
  const lines: LogLine[] = [];
  const unhinted = {
    ...service.unhinted,
    inventories: inventoriesByName(new Map([["s3", inventory]])),
    orphans: memoryOrphans(service.metadata),
    checkpoints: memoryCheckpoints(),
    switches: memorySwitches(),
  } satisfies ReaperPorts;
  const ports = withHints(unhinted);

  const now = () => service.ports.clock().getTime();
  const ago = (seconds: number) => new Date(now() - seconds * 1000).toISOString();

  /** One run of the job with these flags; by an operator, unless it says otherwise. */
  const fire = (
    { hasTime = () => true, ...flags }: Partial<JobRequest> & { hasTime?: () => boolean } = {},
    on: ReaperPorts = ports,
  ) =>
    runJob(on)(reaper(on), {
      dryRun: false,
      release: false,
      now: true,
      limits: { hasTime },
      log: (level, message, fields) => lines.push({ ...fields, level, message }),
      ...flags,
    });

  /** An object whose image never was, as old as that. */
  const orphan = (
    seconds = 8 * DAY,
    key = objectKey({ imageId: randomUUID(), transferId: randomUUID() }),
  ) => {
    service.bytes.objects.set(key, Buffer.from("rubbish"));
    ages.set(key, ago(seconds));
    return key;
  };
  const orphanUpload = async (seconds = 8 * DAY) => {
    const key = objectKey({ imageId: randomUUID(), transferId: randomUUID() });
    const uploadId = await service.ports.blobs.createUpload(key);
    ages.set(uploadId, ago(seconds));
    return { key, uploadId };
  };
  /** An active image of the same age with its object. */
  const stored = async (attributes: Partial<Image> = {}, seconds = 8 * DAY) => {
    const id = randomUUID();
    const key = orphan(seconds, objectKey({ imageId: id, transferId: randomUUID() }));
    const at = ago(seconds);
    const after: Image = {
      ...emptyImage,
      id,
      ...{ status: "active", created_at: at, updated_at: at, locations: [{ store: "s3", key, size: 7 }] },
      ...attributes,
    };
    const { image } = await service.ports.images.commit({ image: { before: undefined, after } });
    return { image, key };
  };
  /** What the worker that deletes does with the messages so far. */
  const deletePending = async () => {
    for (const { deletionId } of service.work.deleting.splice(0))
      await deleteBytes(service.ports)(deletionId);
  };

  return {
    ...service,
    ports,
    unhinted,
    inventory,
    ages,
    lines,
    ago,
    fire,
    orphan,
    orphanUpload,
    stored,
    deletePending,
  };
}

export type ReaperService = ReturnType<typeof reaperService>;
