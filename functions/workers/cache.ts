import { randomUUID } from "node:crypto";
import type { CacheMessage } from "../../shared/aws/work-queue.ts";
import { attendImage } from "../../shared/cache/operations/attend-image.ts";
import { systemClock as clock } from "../../shared/clock.ts";
import { createLogger } from "../../shared/http/logger.ts";
import { configuredStores } from "../../shared/images/operations/stores/configured-stores.ts";
import { deployedSettings } from "../../shared/settings/deployed-settings.ts";
import { cacheRecords, copyStore } from "../wiring/cache-ports.ts";
import { findings, imageStore } from "../wiring/image-ports.ts";
import { mountedStores } from "../wiring/mounted-stores.ts";
import { withSources } from "../wiring/sources.ts";
import { postponeIn, workQueue } from "../wiring/work-queue.ts";
import { inRuns } from "./in-runs.ts";

const settings = deployedSettings(process.env);
const attend = attendImage({
  findings: findings(settings),
  images: imageStore(),
  records: cacheRecords(),
  copies: copyStore(),
  stores: withSources(mountedStores(), settings),
  configured: configuredStores(settings),
  queue: workQueue(),
  clock,
  newId: randomUUID,
  settings,
});

export const handler = inRuns<CacheMessage>({
  log: createLogger("cache"),
  subject: ({ imageId }) => ({ image_id: imageId }),
  handle: attend,
  postpone: postponeIn("cache"),
  handOverMs: 120_000,
});
