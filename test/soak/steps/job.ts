import type { Random } from "../plan/random.ts";
import type { World } from "../world.ts";

/** Those that a clock or an operator may start at any moment. */
const jobs = [
  ...[
    "reaper",
    "scrubber",
    "copies",
    "imports",
    "outbox",
    "metadefs",
    "purge",
    "auditor-light",
    "auditor-deep",
  ],
  ...[
    "cache-prefetcher",
    "cache-pruner",
    "cache-cleaner",
    "index-rebuild",
    "usage-recount",
    "item-migration",
  ],
] as const;

/** Fires a job; it may fail, or be killed with the runtime. */
export async function fireJob(world: World, random: Random): Promise<void> {
  const name = random.pick(jobs);
  await world.service.untilUp();
  const answer = await world.service
    .job(name, random.chance(0.7) ? { now: true } : {})
    .catch(() => undefined);
  world.count(`job ${name} ${answer?.status ?? "killed"}`);
}
