// The converter of image_conversion: polls its queue, and has qemu-img convert the staged data of imports.
import { randomUUID } from "node:crypto";
import { SQSClient } from "@aws-sdk/client-sqs";
import { boundedClient } from "../../../shared/aws/bounded-waits.ts";
import { pollQueue } from "../../../shared/aws/poll-queue.ts";
import type { ConvertMessage } from "../../../shared/aws/work-queue.ts";
import { systemClock as clock } from "../../../shared/clock.ts";
import { environment } from "../../../shared/environment.ts";
import { createLogger } from "../../../shared/http/logger.ts";
import { dynamodbTaskStore } from "../../../shared/images/adapters/dynamodb/task-store.ts";
import { missingTools } from "../../../shared/images/adapters/qemu-img/required-tools.ts";
import { qemuImgWorkshops } from "../../../shared/images/adapters/qemu-img/workshops.ts";
import { attendConversion } from "../../../shared/images/operations/imports/conversion/attend-conversion.ts";
import type { Explanation } from "../../../shared/log.ts";
import { deployedSettings } from "../../../shared/settings/deployed-settings.ts";
import { copyTargets } from "../../wiring/copy-targets.ts";
import { imageStore } from "../../wiring/image-ports.ts";
import { table } from "../../wiring/table.ts";
import { workQueue } from "../../wiring/work-queue.ts";
import { retryDelaySeconds } from "../../workers/retry-delay.ts";
import { claimFolder } from "./claim-folder.ts";
import { stopSignal } from "./stop-signal.ts";

/** As the queue has it (infra/functions/programs.ts). Hidden anew in time, it comes only when a killed run holds no task. */
const VISIBILITY_SECONDS = 360;
/** As long as a task is held of which nobody shows a sign of life. */
const OTHERS_SECONDS = 300;
const GIB = 1024 ** 3;

const log = createLogger("converter");
const missing = missingTools();
if (missing !== undefined) {
  log.error("not started", { why: missing });
  process.exit(1);
}
const settings = deployedSettings(process.env);
const stopping = stopSignal();
const folder = environment("scratchFolder");
await claimFolder(folder);
const workshops = await qemuImgWorkshops(folder, {
  cpuSeconds: settings.image_conversion_cpu_limit,
  addressSpaceBytes: settings.image_conversion_address_space_limit * GIB,
});
const attend = attendConversion({
  images: imageStore(),
  tasks: dynamodbTaskStore(...table()),
  stores: copyTargets(),
  queue: workQueue(),
  clock,
  newId: randomUUID,
  settings,
  workshops,
});

/**
 * Seconds until the message is to come again; undefined when it is done. One of what another converts is done: it would come
 * as long as that lasts, and end as a dead letter.
 */
async function convert(message: ConvertMessage): Promise<number | undefined> {
  let explanation: Explanation | undefined;
  const began = clock().getTime();
  const result = await attend(message, stopping, (given) => {
    explanation = given;
  });
  const seconds = (clock().getTime() - began) / 1000;
  log.info("handled", { task_id: message.taskId, result, seconds, ...explanation });
  if (result === "in other hands") return OTHERS_SECONDS;
  return result === "stopped" ? 0 : undefined;
}

log.info("started", { left_behind: workshops.leftBehind });
// What a life before this one had in hand when it was killed: its messages are hidden for minutes yet.
for (const taskId of workshops.leftBehind)
  await convert({ taskId }).catch((error: unknown) =>
    log.error("failed", { task_id: taskId, error: error as Error }),
  );
await pollQueue({
  // A poll lasts longer than any other answer.
  client: boundedClient(SQSClient, { maxAttempts: 3 }, { connectMs: 4000, answerMs: 30_000 }),
  url: environment("convertQueueUrl"),
  visibilitySeconds: VISIBILITY_SECONDS,
  log,
  stopping,
  handle: (body) => convert(body as ConvertMessage),
  retrySeconds: (count) => retryDelaySeconds(count),
});
process.exit(0);
