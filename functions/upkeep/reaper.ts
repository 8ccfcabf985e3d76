import type { Context } from "aws-lambda";
import { createLogger } from "../../shared/http/logger.ts";
import { reap, type SweepResult } from "../../shared/operations/reap.ts";
import { systemClock as clock } from "../../shared/ports/clock.ts";
import { imageStore } from "../wiring/image-store.ts";
import { workQueue } from "../wiring/work-queue.ts";

const HAND_OVER_MS = 10_000;

const sweep = reap({ images: imageStore(), queue: workQueue(), clock });
const logger = createLogger("reaper");

export const handler = async (_event: unknown, context: Context): Promise<SweepResult> => {
  const result = await sweep(() => context.getRemainingTimeInMillis() > HAND_OVER_MS);
  logger.info("swept", { ...result });
  return result;
};
