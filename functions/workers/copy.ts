import { randomUUID } from "node:crypto";
import type { CopyMessage } from "../../shared/aws/work-queue.ts";
import { systemClock as clock } from "../../shared/clock.ts";
import { createLogger } from "../../shared/http/logger.ts";
import { dynamodbCopyRecords } from "../../shared/images/adapters/dynamodb/copy-records.ts";
import { attendCopies } from "../../shared/images/operations/copies/attend-copies.ts";
import { configuredStores } from "../../shared/images/operations/stores/configured-stores.ts";
import { deployedSettings } from "../../shared/settings/deployed-settings.ts";
import { whyClosed } from "../../shared/upkeep/operations/restore-fence.ts";
import { copyTargets } from "../wiring/copy-targets.ts";
import { findings, hintingStore } from "../wiring/image-ports.ts";
import { table } from "../wiring/table.ts";
import { restoreFence } from "../wiring/upkeep-ports.ts";
import { postponeIn, workQueue } from "../wiring/work-queue.ts";
import { inRuns } from "./in-runs.ts";

const settings = deployedSettings(process.env);
const queue = workQueue();
const fencePorts = restoreFence();
const attend = attendCopies({
  images: hintingStore(settings, queue),
  copyRecords: dynamodbCopyRecords(...table()),
  stores: copyTargets(),
  configured: configuredStores(settings),
  findings: findings(settings),
  fence: { whyClosed: () => whyClosed(fencePorts) },
  queue,
  clock,
  newId: randomUUID,
  settings,
});

export const handler = inRuns<CopyMessage>({
  log: createLogger("copy"),
  subject: ({ imageId }) => ({ image_id: imageId }),
  handle: attend,
  postpone: postponeIn("copy"),
  handOverMs: 120_000,
});
