import { Violation } from "../oracle/violation.ts";
import type { Random } from "../plan/random.ts";
import type { World } from "../world.ts";

/** Calls after or before which a runtime may kill itself. */
const crashPoints = [
  ...["s3:CompleteMultipartUpload", "s3:CreateMultipartUpload", "s3:DeleteObject", "s3:PutObject"],
  ...["dynamodb:TransactWriteItems", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
  ...["sqs:SendMessage", "sqs:DeleteMessage"],
];
const TRIES = 8;

/** A start that took longer than anybody waits for it may still come. */
function endLateStart(said: string): void {
  const [, pid] = /another runtime \(pid (\d+)\)/.exec(said) ?? [];
  if (pid !== undefined) process.kill(Number(pid), "SIGKILL");
}

/** What the next runtime is to suffer. */
function drawEnvironment(random: Random): Record<string, string> {
  const rate = random.pick(["0", "0", "0.02", "0.05", "0.1"]);
  const at = `${random.pick(crashPoints)}:${random.pick(["before", "after"])}:${1 + random.below(40)}`;
  return {
    ...(rate !== "0" && { GLANCE_FAULTS: `${1 + random.below(1000)}:${rate}` }),
    ...(random.chance(0.3) && { GLANCE_CRASH_AT: at }),
  };
}

/** Starts the runtime anew. On a disk that is full it may say so; then there is room again. */
export async function restart(world: World, random: Random): Promise<void> {
  for (let tries = 0; ; tries++) {
    const environment = drawEnvironment(random);
    try {
      await world.service.start({ environment });
      return world.tell(`── started with ${JSON.stringify(environment)}`);
    } catch (error) {
      world.tell(`── it did not start: ${(error as Error).message}`);
      world.count("starts that failed");
      world.service.disk.empty();
      endLateStart((error as Error).message);
      if (tries >= TRIES) throw new Violation("no-start", (error as Error).message);
    }
  }
}
