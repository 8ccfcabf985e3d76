import { randomUUID } from "node:crypto";
import type { ImportMessage } from "../../shared/aws/work-queue.ts";
import { systemClock as clock } from "../../shared/clock.ts";
import { createLogger } from "../../shared/http/logger.ts";
import { dynamodbCopyRecords } from "../../shared/images/adapters/dynamodb/copy-records.ts";
import { dynamodbTaskStore } from "../../shared/images/adapters/dynamodb/task-store.ts";
import { attendImport } from "../../shared/images/operations/imports/attend-import.ts";
import { importPlugins } from "../../shared/images/operations/imports/plugins/import-plugins.ts";
import { configuredStores } from "../../shared/images/operations/stores/configured-stores.ts";
import { deployedSettings } from "../../shared/settings/deployed-settings.ts";
import { whyClosed } from "../../shared/upkeep/operations/restore-fence.ts";
import { copyTargets } from "../wiring/copy-targets.ts";
import { copyingStore, usageStore } from "../wiring/image-ports.ts";
import { limits } from "../wiring/limits.ts";
import { table } from "../wiring/table.ts";
import { restoreFence } from "../wiring/upkeep-ports.ts";
import { postponeIn, workQueue } from "../wiring/work-queue.ts";
import { inRuns } from "./in-runs.ts";

const settings = deployedSettings(process.env);
const queue = workQueue();
const fencePorts = restoreFence();
const attend = attendImport({
  images: copyingStore(settings, queue),
  tasks: dynamodbTaskStore(...table()),
  copyRecords: dynamodbCopyRecords(...table()),
  stores: copyTargets(),
  configured: configuredStores(settings),
  limits: limits(settings),
  usage: usageStore(),
  fence: { whyClosed: () => whyClosed(fencePorts) },
  queue,
  clock,
  newId: randomUUID,
  plugins: importPlugins(settings),
  settings,
});

export const handler = inRuns<ImportMessage>({
  log: createLogger("import"),
  subject: ({ taskId }) => ({ task_id: taskId }),
  handle: attend,
  postpone: postponeIn("import"),
  handOverMs: 120_000,
});
