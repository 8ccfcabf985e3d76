import { randomUUID } from "node:crypto";
import type { FinalizeMessage } from "../../shared/aws/work-queue.ts";
import { systemClock as clock } from "../../shared/clock.ts";
import { createLogger } from "../../shared/http/logger.ts";
import { dynamodbCopyRecords } from "../../shared/images/adapters/dynamodb/copy-records.ts";
import { placeUpload } from "../../shared/images/operations/transfers/place-upload.ts";
import { deployedSettings } from "../../shared/settings/deployed-settings.ts";
import { whyClosed } from "../../shared/upkeep/operations/restore-fence.ts";
import { copyTargets } from "../wiring/copy-targets.ts";
import { copyingStore } from "../wiring/image-ports.ts";
import { limits } from "../wiring/limits.ts";
import { table } from "../wiring/table.ts";
import { restoreFence } from "../wiring/upkeep-ports.ts";
import { postponeIn, workQueue } from "../wiring/work-queue.ts";
import { inRuns } from "./in-runs.ts";

const settings = deployedSettings(process.env);
const queue = workQueue();
const fencePorts = restoreFence();
const place = placeUpload({
  images: copyingStore(settings, queue),
  copyRecords: dynamodbCopyRecords(...table()),
  stores: copyTargets(),
  fence: { whyClosed: () => whyClosed(fencePorts) },
  queue,
  limits: limits(settings),
  clock,
  newId: randomUUID,
  settings,
});

export const handler = inRuns<FinalizeMessage>({
  log: createLogger("place"),
  subject: ({ imageId, transferId }) => ({ image_id: imageId, transfer_id: transferId }),
  handle: place,
  postpone: postponeIn("place"),
  handOverMs: 120_000,
});
