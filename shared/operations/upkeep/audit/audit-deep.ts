import type { ImageListing } from "../../../ports/image-store.ts";
import type { Settings } from "../../../settings.ts";
import type { JobRun } from "../job-run.ts";
import { Pace } from "../pace.ts";
import { openPass } from "../pass.ts";
import { dueSeconds, isDue, passSeconds, waitsSince } from "./audit-age.ts";
import { auditImage, type DeepAuditPorts, FORM, type Place, start, type Walk } from "./audit-image.ts";

const SAVE_EVERY_SKIPPED = 500;

/** Says at the end of a pass when the rates are too low for the interval. */
function judgeInterval(run: JobRun, { objects, bytes, overdue }: Place, settings: Settings): void {
  const { audit_deep_interval, audit_deep_bytes_per_second, audit_deep_objects_per_second } = settings;
  const seconds = Math.ceil(
    Math.max(bytes / audit_deep_bytes_per_second, objects / audit_deep_objects_per_second),
  );
  if (seconds <= dueSeconds(audit_deep_interval) && overdue === 0) return;
  run.say("interval not kept", {
    why:
      overdue > 0
        ? "images were read later than the interval allows"
        : "reading everything takes too long at these rates",
    evidence: {
      objects,
      bytes,
      overdue,
      seconds,
      audit_deep_interval,
      audit_deep_bytes_per_second,
      audit_deep_objects_per_second,
    },
  });
}

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
    const { settings, clock, lists, sleep } = ports;
    const intervalSeconds = settings.audit_deep_interval;
    const pass = await openPass<Place>(ports, run, {
      name: "auditor-deep",
      form: FORM,
      everySeconds: passSeconds(intervalSeconds),
      start: start(run.now),
    });
    if (!pass) return;
    // An operator who asks for a run means all images, whatever the pass under way is content with.
    if (run.now && !pass.place.all) await pass.restart(start(true));
    const pace = new Pace(
      {
        objectsPerSecond: settings.audit_deep_objects_per_second,
        bytesPerSecond: settings.audit_deep_bytes_per_second,
      },
      { now: () => clock().getTime(), sleep },
    );
    const walk: Walk = { ports, run, pass, pace };
    const isLeft = () => run.bounds.isLeft();

    let findings = 0;
    let skipped = 0;
    let isWhole = true;
    let place = pass.place;
    const { after } = place;
    const listing: ImageListing = {
      scopes: [{ kind: "everything" }],
      sortKey: "created_at",
      direction: "asc",
      expected: 100,
      ...(after && { after }),
    };
    for await (const image of lists.list(listing)) {
      if (!isLeft()) {
        isWhole = false;
        break;
      }
      const { id, name, created_at, location } = image;
      if (!location) continue;
      const since = waitsSince(image);
      const isLate = clock().getTime() - Date.parse(since) > intervalSeconds * 1000;
      const next: Place = {
        ...place,
        objects: place.objects + 1,
        bytes: place.bytes + location.size,
        overdue: place.overdue + Number(isLate),
        after: { id, name, created_at },
      };
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
      const looked = await auditImage(walk, image);
      if (looked === "unfinished" || run.tally.failed > failed) run.tally.leaves(since);
      if (looked === "unfinished") {
        isWhole = false;
        place = pass.place;
        break;
      }
      if (looked !== "done") findings++;
      const { hashing: _, ...done } = next;
      place = { ...done, quarantined: place.quarantined + Number(looked === "quarantined") };
      if (place.quarantined >= settings.audit_quarantine_max) {
        const { quarantined } = place;
        await pass.save({ ...place, quarantined: 0 });
        run.say("findings", { count: findings });
        run.stop(
          `${quarantined} images were taken out of use in one pass: look at the findings, then release the job`,
          { quarantined, audit_quarantine_max: settings.audit_quarantine_max },
        );
      }
      await pass.save(place);
    }
    if (findings > 0) run.say("findings", { count: findings });
    if (!isWhole) return pass.save(place);
    judgeInterval(run, place, settings);
    pass.place = place;
    await pass.end();
  };
