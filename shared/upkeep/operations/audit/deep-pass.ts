import type { Image } from "../../../images/domain/image.ts";
import { isOwn, type Location } from "../../../images/domain/location.ts";
import type { ImageListing } from "../../../images/ports/image-store.ts";
import type { JobRun } from "../job-run.ts";
import { Pace } from "../pace.ts";
import { openPass } from "../pass.ts";
import { dueSeconds, passSeconds, waitsSince } from "./audit-age.ts";
import { type AuditCursor, type DeepAuditPorts, SCHEMA_VERSION, start, type Walk } from "./deep-walk.ts";

/** The pass that is under way or due, with the rates of the settings; undefined when none is. */
export async function openWalk(ports: DeepAuditPorts, run: JobRun): Promise<Walk | undefined> {
  const { settings, clock, sleep } = ports;
  const pass = await openPass<AuditCursor>(ports, run, {
    name: "auditor-deep",
    schemaVersion: SCHEMA_VERSION,
    everySeconds: passSeconds(settings.audit_deep_interval),
    start: start(run.now),
  });
  if (!pass) return undefined;
  // An operator who asks for a run means all images, whatever the pass under way is content with. What the store was
  // asked to compute is waited for: it is paid for.
  const waits = settings.audit_deep_engine === "s3-batch" && pass.cursor.job !== undefined;
  if (run.now && !pass.cursor.all && !waits) await pass.restart(start(true));
  const pace = new Pace(
    {
      objectsPerSecond: settings.audit_deep_objects_per_second,
      bytesPerSecond: settings.audit_deep_bytes_per_second,
    },
    { now: () => clock().getTime(), sleep },
  );
  return { ports, run, pass, pace };
}

/** The images that have data, by their age, from where the pass stands. */
export async function* withData(
  { lists }: DeepAuditPorts,
  { after }: AuditCursor,
): AsyncIterable<{ readonly image: Image; readonly copies: readonly Location[] }> {
  const listing: ImageListing = {
    scopes: [{ kind: "everything" }],
    sortKey: "created_at",
    direction: "asc",
    expected: 100,
    ...(after && { after }),
  };
  for await (const image of lists.list(listing)) {
    // What callers have registered is not ours to judge.
    const copies = image.locations.filter(isOwn);
    if (copies.length > 0) yield { image, copies };
  }
}

/** The cursor after an image. */
export function passed(
  cursor: AuditCursor,
  image: Image,
  { clock, settings: { audit_deep_interval } }: DeepAuditPorts,
): AuditCursor {
  const { id, name, created_at, locations } = image;
  const isLate = clock().getTime() - Date.parse(waitsSince(image)) > audit_deep_interval * 1000;
  return {
    ...cursor,
    objects: cursor.objects + 1,
    bytes: locations.filter(isOwn).reduce((sum, { size }) => sum + size, cursor.bytes),
    overdue: cursor.overdue + Number(isLate),
    after: { id, name, created_at },
  };
}

/** Stops the job when the pass has taken too many images out of use. */
export async function keepBrake(
  { ports, run, pass }: Walk,
  cursor: AuditCursor,
  findings: number,
): Promise<void> {
  const { audit_quarantine_max } = ports.settings;
  const { quarantined } = cursor;
  if (quarantined < audit_quarantine_max) return;
  await pass.save({ ...cursor, quarantined: 0 });
  run.say("findings", { count: findings });
  run.stop(
    `${quarantined} images were taken out of use in one pass: look at the findings, then release the job`,
    { quarantined, audit_quarantine_max },
  );
}

/** Says at the end of a pass when the rates are too low for the interval. */
export function judgeInterval(
  run: JobRun,
  { objects, bytes, overdue }: AuditCursor,
  { settings }: DeepAuditPorts,
): void {
  const { audit_deep_interval, audit_deep_bytes_per_second, audit_deep_objects_per_second } = settings;
  const isRead = settings.audit_deep_engine === "inline";
  const seconds = Math.ceil(
    Math.max(bytes / audit_deep_bytes_per_second, objects / audit_deep_objects_per_second),
  );
  if (overdue === 0 && (!isRead || seconds <= dueSeconds(audit_deep_interval))) return;
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
