import { setTimeout as sleep } from "node:timers/promises";
import { Violation } from "../oracle/violation.ts";
import type { World } from "../world.ts";
import { importStaged } from "./import-staged.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Past the leases, past the lives of imports and transfers, past the grace of orphans and what is kept of deleted bytes. */
const jumps = [0, 25 * HOUR, 2 * DAY, 6 * DAY + 3 * HOUR, 3 * DAY];
const jobs = [
  ...["outbox", "reaper", "imports", "metadefs", "scrubber", "copies", "cache-prefetcher", "cache-pruner"],
  ...["cache-cleaner", "auditor-light", "purge"],
];
const JOB_TRIES = 5;
/** Images may also wait for a lease that the next jump of the clock ends. */
const QUIET_MS = 30_000;
const DELETIONS_MS = 3000;

/** Runs a job to its end, as an operator would; one that stopped itself is let go on, and told. */
export async function runToEnd(world: World, name: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    const { status, body } = await world.service.job(name, { now: true });
    const result = body as { stopped?: string; unfinished?: unknown; failed?: number };
    if (status !== 200) throw new Violation("job-failed", `${name}: ${status} ${JSON.stringify(body)}`);
    world.tell(`job ${name}: ${JSON.stringify(body)}`);
    if (result.stopped !== undefined) await world.service.job(name, { release: true });
    else if (result.unfinished === undefined && !result.failed) return;
    if (tries >= JOB_TRIES) throw new Violation("job-unfinished", `${name}: ${JSON.stringify(body)}`);
    await sleep(1000);
  }
}

/** What the jobs have put into queues is done: no image waits for a worker. Deletions and copies have no such sign. */
async function untilQuiet(world: World): Promise<void> {
  const waits = async (status: string): Promise<boolean> => {
    const { text } = await world.people.admin.call(
      "GET",
      `/v2/images?limit=1&status=${status}&visibility=all`,
    );
    return JSON.parse(text).images.length > 0;
  };
  const end = performance.now() + QUIET_MS;
  await sleep(DELETIONS_MS);
  while (((await waits("importing")) || (await waits("saving"))) && performance.now() < end) await sleep(500);
}

/** No more troubles; the clock goes past each grace, and the jobs do what is due. */
export async function settle(world: World): Promise<void> {
  const { service, source } = world;
  source.breaksEach = 0;
  service.disk.empty();
  await service.end("stop");
  await service.start();
  for (const [round, jump] of jumps.entries()) {
    if (jump > 0) await service.jump(jump);
    for (const person of Object.values(world.people)) person.forget();
    for (const name of jobs) await runToEnd(world, name);
    // What a lease held is free in the second round; what is left of it is over soon.
    if (round <= 2) await importStaged(world);
    await untilQuiet(world);
  }
  // It reads all bytes, and no faster than it may.
  await runToEnd(world, "auditor-deep");
  // What S3 deletes by its own rules it deletes here at a start, or once in an hour.
  await service.end("stop");
  await service.start();
}
