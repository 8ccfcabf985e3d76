import type { Settings } from "../../../settings.ts";
import type { Checkpoints } from "../../ports/checkpoints.ts";
import type { RecordKind, RecordRef } from "../../ports/records.ts";
import type { JobRun } from "../job-run.ts";
import { openPass } from "../pass.ts";
import type { Job } from "../run-job.ts";
import { type WalkCursor, type WalkPorts, walkRecords } from "./walk-records.ts";

export interface UpdaterPorts extends WalkPorts {
  readonly checkpoints: Checkpoints;
  readonly settings: Pick<Settings, "updater_objects_per_second">;
}

export type Updater = Pick<Job, "name" | "run">;

/** To be raised when WalkCursor changes. */
const SCHEMA_VERSION = 1;

/**
 * A job that nothing but an operator starts: one walk over all records. A run that ends before the walk does is
 * continued by the next, one that is killed too.
 */
export const updater = (
  ports: UpdaterPorts,
  name: string,
  page: (run: JobRun, refs: readonly RecordRef[]) => Promise<void>,
  only?: RecordKind,
): Updater => ({
  name,
  run: async (run) => {
    const start: WalkCursor = {};
    const pass = await openPass(ports, run, { name, schemaVersion: SCHEMA_VERSION, everySeconds: 0, start });
    if (!pass) return;
    const isWhole = await walkRecords(ports, run, pass, {
      recordsPerSecond: ports.settings.updater_objects_per_second,
      ...(only && { only }),
      page: (refs) => page(run, refs),
    });
    if (isWhole) await pass.end();
    else run.leavesRest();
  },
});
