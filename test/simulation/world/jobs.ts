import { auditDeep } from "../../../shared/upkeep/operations/audit/audit-deep.ts";
import { auditLight } from "../../../shared/upkeep/operations/audit/light/audit-light.ts";
import { cacheCleaner } from "../../../shared/upkeep/operations/cache/cache-cleaner.ts";
import { cachePrefetcher } from "../../../shared/upkeep/operations/cache/cache-prefetcher.ts";
import { cachePruner } from "../../../shared/upkeep/operations/cache/cache-pruner.ts";
import { copiesJob } from "../../../shared/upkeep/operations/copies.ts";
import { importsJob } from "../../../shared/upkeep/operations/imports.ts";
import { outboxJob } from "../../../shared/upkeep/operations/outbox.ts";
import { purge } from "../../../shared/upkeep/operations/purge.ts";
import { reaper } from "../../../shared/upkeep/operations/reaper/reaper.ts";
import { type Job, runJob } from "../../../shared/upkeep/operations/run-job.ts";
import { scrubber } from "../../../shared/upkeep/operations/scrubber.ts";
import type { JobResult } from "../../../shared/upkeep/operations/tally.ts";
import type { Ports } from "./ports.ts";

interface Upkeep {
  /** As infra/functions/jobs.ts has them. */
  readonly seconds: number;
  readonly job: (ports: Ports) => Job;
}

/** What the clock starts. A new job is a line here. */
export const jobs = {
  reaper: { seconds: 240, job: ({ reaper: ports }) => reaper(ports) },
  scrubber: { seconds: 240, job: ({ scrubber: ports }) => scrubber(ports) },
  outbox: { seconds: 55, job: ({ deletes: ports }) => outboxJob(ports) },
  imports: { seconds: 240, job: ({ imports: ports }) => importsJob(ports) },
  copies: { seconds: 240, job: ({ deletes: ports }) => copiesJob(ports) },
  "auditor-light": {
    seconds: 890,
    job: ({ auditor: ports }) => ({ name: "auditor-light", run: auditLight(ports) }),
  },
  "auditor-deep": {
    seconds: 890,
    job: ({ auditor: ports }) => ({ name: "auditor-deep", run: auditDeep(ports) }),
  },
  "cache-cleaner": { seconds: 240, job: ({ cache: ports }) => cacheCleaner(ports) },
  "cache-prefetcher": { seconds: 240, job: ({ cache: ports }) => cachePrefetcher(ports) },
  "cache-pruner": { seconds: 240, job: ({ cache: ports }) => cachePruner(ports) },
  purge: { seconds: 890, job: ({ deletes: ports }) => purge(ports) },
} as const satisfies Readonly<Record<string, Upkeep>>;

export type JobName = keyof typeof jobs;
export const jobNames = Object.keys(jobs) as [JobName, ...JobName[]];

export interface JobFlags {
  /** An operator asks for the run, so that a pass begins that is not due. */
  readonly now: boolean;
  readonly hasTime: () => boolean;
  /** Told what failed within the run. */
  readonly onError?: (error: unknown) => void;
}

/** One run, as its function makes it. */
export const runOf = (ports: Ports, name: JobName, { now, hasTime, onError }: JobFlags): Promise<JobResult> =>
  runJob(ports.deletes)((jobs[name] as Upkeep).job(ports), {
    dryRun: false,
    release: false,
    now,
    limits: { hasTime },
    log: (level, _message, { error }) => {
      if (level === "error" && error !== undefined) onError?.(error);
    },
  });
