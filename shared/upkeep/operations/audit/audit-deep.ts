import type { JobRun } from "../job-run.ts";
import { isDue, waitsSince } from "./audit-age.ts";
import { auditImage, type DeepAuditPorts, type Place } from "./audit-image.ts";
import { judgeInterval, keepBrake, openWalk, passed, withData } from "./deep-pass.ts";

const SAVE_EVERY_SKIPPED = 500;

/**
 * Reads the bytes of every image again within `audit_deep_interval`, and quarantines those that are not what is
 * recorded of them:
 *
 *     walk all images by their age; those that are due:
 *       read and hash, below both rates, saving the place at the byte
 *       right    → the record says when
 *       damaged  → quarantine, finding
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
    // What another engine was asked for is begun anew.
    const { job: _, ...begun } = pass.place;
    let place: Place = begun;
    for await (const { image, key } of withData(ports, place)) {
      if (!isLeft()) {
        isWhole = false;
        break;
      }
      const since = waitsSince(image);
      const next = passed(place, image, ports);
      if (!isDue(image, { now: clock(), passBeganAt: pass.beganAt, intervalSeconds, all: place.all })) {
        run.tally.saw(since);
        place = next;
        if (++skipped % SAVE_EVERY_SKIPPED === 0) await pass.save(place);
        continue;
      }
      if (!(await pace.wait(isLeft))) {
        isWhole = false;
        break;
      }
      pace.spend({ objects: 1 });
      const failed = run.tally.failed;
      // What the examination saves stands before this image.
      pass.place = place;
      const looked = await auditImage(walk, { imageId: image.id, key });
      if (looked === "unfinished" || run.tally.failed > failed) run.tally.leaves(since);
      if (looked === "unfinished") {
        isWhole = false;
        place = pass.place;
        break;
      }
      if (looked !== "done") findings++;
      const { hashing: _, ...done } = next;
      place = { ...done, quarantined: place.quarantined + Number(looked === "quarantined") };
      await keepBrake(walk, place, findings);
      await pass.save(place);
    }
    if (findings > 0) run.say("findings", { count: findings });
    if (!isWhole) return pass.save(place);
    judgeInterval(run, place, ports);
    pass.place = place;
    await pass.end();
  };
