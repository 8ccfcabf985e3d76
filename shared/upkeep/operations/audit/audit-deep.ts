import type { JobRun } from "../job-run.ts";
import { isDue, waitsSince } from "./audit-age.ts";
import { auditImage } from "./audit-image.ts";
import { judgeInterval, keepBrake, openWalk, passed, withData } from "./deep-pass.ts";
import type { AuditCursor, DeepAuditPorts } from "./deep-walk.ts";

const SAVE_EVERY_SKIPPED = 500;

/**
 * Reads the bytes of every image again within `audit_deep_interval`, and quarantines those that are not what is
 * recorded of them:
 *
 *     walk all images by their age; those that are due:
 *       read and hash each copy, below both rates, saving the cursor at the byte
 *       right    → the record says when
 *       damaged  → finding; quarantine when the image has no good copy
 *
 * A run that is killed anywhere is continued at the last saved byte; of two overlapping runs one ends. Stops itself
 * when one pass has taken `audit_quarantine_max` images out of use.
 */
export const auditDeep =
  (ports: DeepAuditPorts) =>
  async (run: JobRun): Promise<void> => {
    const { settings, clock } = ports;
    const intervalSeconds = settings.audit_deep_interval;
    const walk = await openWalk(ports, run);
    if (!walk) return;
    const { pass, pace } = walk;
    const isLeft = () => run.bounds.isLeft();

    let findings = 0;
    let skipped = 0;
    let isWhole = true;
    // What another engine was asked for is started again.
    const { job: _, ...begun } = pass.cursor;
    let cursor: AuditCursor = begun;
    for await (const { image, copies } of withData(ports, cursor)) {
      if (!isLeft()) {
        isWhole = false;
        break;
      }
      const since = waitsSince(image);
      const next = passed(cursor, image, ports);
      if (!isDue(image, { now: clock(), passBeganAt: pass.beganAt, intervalSeconds, all: cursor.all })) {
        run.tally.saw(since);
        cursor = next;
        if (++skipped % SAVE_EVERY_SKIPPED === 0) await pass.save(cursor);
        continue;
      }
      if (!(await pace.wait(isLeft))) {
        isWhole = false;
        break;
      }
      pace.spend({ objects: 1 });
      const failed = run.tally.failed;
      // What the examination saves stands before this image.
      pass.cursor = cursor;
      const looked = await auditImage(walk, { imageId: image.id, copies });
      if (looked === "unfinished" || run.tally.failed > failed) run.tally.leaves(since);
      if (looked === "unfinished") {
        isWhole = false;
        cursor = pass.cursor;
        break;
      }
      if (looked !== "done") findings++;
      const { hashing: _, copies: __, ...done } = next;
      cursor = { ...done, quarantined: cursor.quarantined + Number(looked === "quarantined") };
      await keepBrake(walk, cursor, findings);
      await pass.save(cursor);
    }
    if (findings > 0) run.say("findings", { count: findings });
    if (!isWhole) return pass.save(cursor);
    judgeInterval(run, cursor, ports);
    pass.cursor = cursor;
    await pass.end();
  };
