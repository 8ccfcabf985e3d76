import type { JobRun } from "../../job-run.ts";
import { openPass, type Pass } from "../../pass.ts";
import { judgeUsage } from "../../records/judge-usage.ts";
import { inParallel, walkRecords } from "../../records/walk-records.ts";
import { mayDelete } from "../../restore-fence.ts";
import { auditPage } from "./audit-page.ts";
import {
  type LightAudit,
  type LightAuditPorts,
  type LightCursor,
  QuarantineBrake,
  report,
} from "./light-ports.ts";

export const AUDITOR_LIGHT = "auditor-light";
/** To be raised when LightCursor changes. */
const SCHEMA_VERSION = 1;
const startCursor: LightCursor = { stage: "records", quarantined: 0 };

/** Stops the job when the brake is on; released, it goes on with the page that it was on. */
async function stopAtBrake(audit: LightAudit, run: JobRun, pass: Pass<LightCursor>): Promise<void> {
  const { taken } = audit.brake;
  if (!audit.brake.isOn) {
    pass.cursor = { ...pass.cursor, quarantined: taken };
    return;
  }
  await pass.save({ ...pass.cursor, quarantined: 0 });
  run.stop(`${taken} images were taken out of use in one pass: look at the findings, then release the job`, {
    quarantined: taken,
    audit_quarantine_max: audit.ports.settings.audit_quarantine_max,
  });
}

async function walk(audit: LightAudit, run: JobRun, pass: Pass<LightCursor>): Promise<void> {
  const { ports } = audit;
  const { usage, settings } = ports;
  const recordsPerSecond = settings.audit_light_objects_per_second;
  if (pass.cursor.stage === "records") {
    const page = async (refs: Parameters<typeof auditPage>[2]) => {
      await auditPage(audit, run, refs);
      await stopAtBrake(audit, run, pass);
    };
    if (!(await walkRecords(ports, run, pass, { recordsPerSecond, page }))) return run.leavesRest();
    await pass.save({ stage: "usage", quarantined: pass.cursor.quarantined });
  }
  if (usage) {
    const judge = (project: string) =>
      judgeUsage({ ...ports, usage }, project, (evidence) =>
        report(audit, { kind: "usage-wrong", subject: project, imageId: null, evidence }, "mended"),
      );
    const isWhole = await walkRecords(ports, run, pass, {
      recordsPerSecond,
      only: "usage",
      page: (refs) =>
        inParallel(
          refs.filter((ref) => ref.kind === "usage"),
          ({ project }) => run.consider({ kind: "usage", id: project }, () => judge(project)),
        ),
    });
    if (!isWhole) return run.leavesRest();
  }
  await pass.end();
}

/**
 * Compares all that is recorded of images with each other, and with what the store says of their bytes, without
 * reading any:
 *
 *     walk all records, a page at a time, below the rate:
 *       list, member and transfer entries against their images, and the other way round → mended
 *       each copy: there, of the right size, still the bytes that arrived               → quarantine, or a finding
 *       deleted images with bytes, deletions that do not end, uploads that nobody ends  → the operations that should have
 *     where usage is counted, each project's counter against its images                 → recounted
 *
 * Every change is made on condition of what it was decided by, so whoever writes at the same time is neither disturbed
 * nor reported. A run that is killed anywhere is continued at its page; of two overlapping runs one ends. Stops itself
 * when one pass has taken `audit_quarantine_max` images out of use. Deletes no bytes; beside a restored table it
 * makes nobody else delete any.
 */
export const auditLight =
  (ports: LightAuditPorts) =>
  async (run: JobRun): Promise<void> => {
    const pass = await openPass<LightCursor>(ports, run, {
      name: AUDITOR_LIGHT,
      schemaVersion: SCHEMA_VERSION,
      everySeconds: ports.settings.audit_light_interval,
      start: startCursor,
    });
    if (!pass) return;
    let waiting = 0;
    const brake = new QuarantineBrake(pass.cursor.quarantined, ports.settings.audit_quarantine_max);
    const audit: LightAudit = {
      ports,
      brake,
      mayDelete: await mayDelete(ports, run),
      found: () => {
        waiting++;
      },
    };
    try {
      await walk(audit, run, pass);
    } finally {
      // For the metric: what waits for a person, seen in this run.
      if (waiting > 0) run.say("findings", { count: waiting });
    }
  };
