import { FIRST_STORE } from "../../../images/domain/location.ts";
import { keyOwnerOf } from "../../../images/domain/object-key.ts";
import type { ChecksumJobs, ObjectChecksum } from "../../ports/checksum-jobs.ts";
import type { JobRun } from "../job-run.ts";
import { isDue, waitsSince } from "./audit-age.ts";
import { auditImage } from "./audit-image.ts";
import { checksumMatches } from "./checksum-matches.ts";
import { judgeInterval, keepBrake, openWalk, passed, withData } from "./deep-pass.ts";
import type { AuditOutcome, DeepAuditPorts, JobCursor, Walk } from "./deep-walk.ts";

export interface JobAuditPorts extends DeepAuditPorts {
  readonly checksums: ChecksumJobs;
}

/** Most objects of one job: its list and its report are some megabytes. */
const JOB_OBJECTS = 20_000;
const SAVE_EVERY_SETTLED = 100;
/** Jobs take hours; one that has not ended by then needs a person. */
const PATIENCE_DAYS = 7;

/** Asks the store for the checksums of the next images that are due. */
async function ask({ checksums, ...ports }: JobAuditPorts, { run, pass }: Walk): Promise<void> {
  const { settings, clock } = ports;
  const intervalSeconds = settings.audit_deep_interval;
  const keys: string[] = [];
  let next = pass.cursor;
  let isLast = true;
  for await (const { image, copies } of withData(ports, next)) {
    if (keys.length >= JOB_OBJECTS || !run.bounds.isLeft()) {
      isLast = false;
      break;
    }
    const { all } = next;
    if (isDue(image, { now: clock(), passBeganAt: pass.beganAt, intervalSeconds, all }))
      keys.push(...copies.filter(({ store }) => store === FIRST_STORE).map(({ key }) => key));
    else run.tally.saw(waitsSince(image));
    next = passed(next, image, ports);
  }
  if (keys.length === 0) {
    pass.cursor = next;
    if (!isLast) return pass.save(next);
    judgeInterval(run, next, ports);
    return pass.end();
  }
  const asked = { objects: keys.length, algorithm: settings.audit_deep_checksum };
  if (run.dryRun) return run.say("ask for checksums", { evidence: asked, result: "dry run" });
  const list = await checksums.prepare(keys);
  const { after, objects, bytes, overdue } = next;
  const job: JobCursor = {
    ...list,
    algorithm: settings.audit_deep_checksum,
    since: clock().toISOString(),
    settled: 0,
    behind: { ...(after && { after }), objects, bytes, overdue },
    isLast,
  };
  // Before the job is begun: whoever comes after a crash begins the same one.
  await pass.save({ ...pass.cursor, job });
  await begin(checksums, pass, job);
  run.say("ask for checksums", { evidence: asked, result: "done" });
}

async function begin(checksums: ChecksumJobs, pass: Walk["pass"], job: JobCursor): Promise<void> {
  const id = await checksums.begin(job, job.algorithm);
  await pass.save({ ...pass.cursor, job: { ...job, id } });
}

/** Reads what the checksum does not prove to be right: only what this service has seen itself is damaged to it. */
async function settle(walk: Walk, job: JobCursor, object: ObjectChecksum): Promise<AuditOutcome> {
  const { key, checksum, failure } = object;
  const imageId = keyOwnerOf(key)?.imageId;
  if (imageId === undefined) return "done";
  let isDenied = false;
  const looked = await auditImage(walk, {
    imageId,
    copies: [{ store: FIRST_STORE, key }],
    isProved: (image) => {
      const isProved = checksumMatches(image, job.algorithm, checksum);
      isDenied = !isProved;
      return isProved;
    },
  });
  if (isDenied && looked === "done")
    walk.run.say("checksum not confirmed", {
      subject: { kind: "image", id: imageId },
      why: failure ?? "the store's checksum is not the recorded one, or none is recorded",
      evidence: { key, algorithm: job.algorithm, stored: checksum ?? null },
    });
  return looked;
}

/** Goes through a job's report. False when there was no time for all of it. */
async function settleReport(
  checksums: ChecksumJobs,
  walk: Walk,
  job: JobCursor & { readonly id: string },
): Promise<boolean> {
  const { run, pass, pace } = walk;
  const isLeft = () => run.bounds.isLeft();
  let [entry, findings, isWhole] = [0, 0, true];
  for await (const object of checksums.report(job, job.algorithm)) {
    if (entry++ < job.settled) continue;
    if (!(await pace.wait(isLeft))) {
      isWhole = false;
      break;
    }
    const looked = await settle(walk, job, object);
    if (looked === "unfinished") {
      isWhole = false;
      break;
    }
    if (looked !== "done") findings++;
    const { hashing: _, copies: __, ...cursor } = pass.cursor;
    const quarantined = cursor.quarantined + Number(looked === "quarantined");
    pass.cursor = { ...cursor, quarantined, job: { ...job, settled: entry } };
    await keepBrake(walk, pass.cursor, findings);
    if (looked !== "done" || entry % SAVE_EVERY_SETTLED === 0) await pass.save(pass.cursor);
  }
  if (findings > 0) run.say("findings", { count: findings });
  if (!isWhole) await pass.save(pass.cursor);
  return isWhole;
}

/** Looks after the job that the store was asked for. */
async function follow({ checksums, ...ports }: JobAuditPorts, walk: Walk, job: JobCursor): Promise<void> {
  const { run, pass } = walk;
  const { id, token, since } = job;
  if (id === undefined) return begin(checksums, pass, job);
  const found = await checksums.find({ id, token });
  const ageMs = ports.clock().getTime() - Date.parse(since);
  const isStuck = found.state === "running" && ageMs > PATIENCE_DAYS * 86_400_000;
  if (found.state === "failed" || isStuck) {
    const { job: _, ...cursor } = pass.cursor;
    // A release asks again, for the same images.
    await pass.save(cursor);
    const reason = found.state === "failed" ? found.reason : `not done after ${PATIENCE_DAYS} days`;
    run.stop(`the checksum job ${id} failed: ${reason}`, { job: id, since });
  }
  const leavesRest = () => {
    run.tally.leaves(since);
    run.leavesRest();
  };
  if (found.state !== "done") {
    leavesRest();
    return run.say("wait for checksums", { evidence: { job: id, since }, why: found.state });
  }
  if (!(await settleReport(checksums, walk, { ...job, id }))) return leavesRest();
  const { job: _, ...cursor } = pass.cursor;
  pass.cursor = { ...cursor, ...job.behind };
  if (!job.isLast) return pass.save(pass.cursor);
  judgeInterval(run, pass.cursor, ports);
  await pass.end();
}

/**
 * The deep audit where the store computes the checksums, for collections that take too long to read:
 *
 *     no job   walk all images by their age; ask for the checksums of those that are due, save the job
 *     a job    not done → wait for the next run
 *              done     → each object: the recorded checksum → the record says when; anything else → read it
 *
 * A checksum never condemns: an image is quarantined for what the auditor has read itself, as `auditDeep` does it.
 * A run that is killed anywhere is continued; a job is begun once. Stops itself when a job fails.
 */
export const auditByJobs =
  (ports: JobAuditPorts) =>
  async (run: JobRun): Promise<void> => {
    const walk = await openWalk(ports, run);
    if (!walk) return;
    const { job } = walk.pass.cursor;
    if (job) return follow(ports, walk, job);
    await ask(ports, walk);
  };
