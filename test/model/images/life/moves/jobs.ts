import fc from "fast-check";
import { deleteBytes } from "../../../../../shared/images/operations/bytes/delete-bytes.ts";
import { finalizeImage } from "../../../../../shared/images/operations/transfers/finalize-image.ts";
import { outboxJob } from "../../../../../shared/upkeep/operations/outbox.ts";
import { purge } from "../../../../../shared/upkeep/operations/purge.ts";
import { reaper } from "../../../../../shared/upkeep/operations/reaper/reaper.ts";
import type { Job } from "../../../../../shared/upkeep/operations/run-job.ts";
import { scrubber } from "../../../../../shared/upkeep/operations/scrubber.ts";
import { InjectedFault } from "../../../../fakes/faulty.ts";
import { aRun } from "../../../../fakes/upkeep/job-run.ts";
import { attemptAt, cutLoose, forgetBytes, isInUse, type Life, type Picture, release } from "../model.ts";
import type { Move } from "../move.ts";
import { type Ports, PURGE_DAYS, SCRUB_SECONDS, type World } from "../world.ts";
import { finish } from "./uploads.ts";

const DAY = 86_400;

const ran = async (job: Pick<Job, "run">): Promise<void> => {
  const { run, lines } = aRun();
  await job.run(run);
  const failed = lines.find(({ level }) => level === "error");
  // The job says what became of the fault, and goes on with the others.
  if (failed?.error instanceof InjectedFault) throw failed.error;
  if (failed) throw new Error(JSON.stringify(failed));
};

/** Which message of a queue, and whether it comes again later. */
const message = fc.record({ at: fc.nat(9), again: fc.boolean() });

function verify(image: Picture, at: number): void {
  const attempt = attemptAt(image, at);
  if (!attempt || attempt.verified || image.data !== at || image.status === "deleted") return;
  // A recovery that broke off before it brought the bytes back leaves nothing to read.
  if (!attempt.object) return;
  attempt.verified = true;
  if (attempt.stated !== "wrong") return;
  image.mismatch = true;
  if (image.status === "active") image.status = "deactivated";
  if (image.status === "pending_delete") image.was = "deactivated";
}

function finalized(
  life: Life,
  ref: { imageId: string; transferId: string } | undefined,
  toVerify = true,
): void {
  const image = life.images.get(ref?.imageId ?? "");
  const at = image?.attempts.findIndex(({ id }) => id === ref?.transferId) ?? -1;
  const attempt = image && attemptAt(image, at);
  if (!image || !attempt || attempt.forgotten) return;
  if (attempt.state === "completing") {
    if (!attempt.stage && attempt.stated === undefined) {
      // Computed here, and so verified.
      attempt.verified = finish(life, image, at, "right") === "ok";
      return;
    }
    if (finish(life, image, at, attempt.stated ?? "none") !== "ok") return;
  }
  if (attempt.state === "complete" && toVerify) verify(image, at);
}

const pickMessage = <T>(messages: readonly T[], at: number): T | undefined =>
  messages[at % Math.max(1, messages.length)];

export const finalizing = (at: number, again: boolean): Move => ({
  text: `finalize worker, message ${at}${again ? ", which comes again" : ""}`,
  when: (_, { work }) => work.finalizing.length > 0,
  predict: (life, { work }) => {
    finalized(life, pickMessage(work.finalizing, at));
    return "ok";
  },
  between: (life, { work }) => {
    finalized(life, pickMessage(work.finalizing, at), false);
    return [life];
  },
  act: async (ports, _, { work }) => {
    const ref = pickMessage(work.finalizing, at);
    if (!ref) return;
    await finalizeImage(ports)(ref, () => true);
    if (!again) work.finalizing.splice(work.finalizing.indexOf(ref), 1);
  },
});
const finalize = message.map(({ at, again }) => finalizing(at, again));

export const deletingBytes = (at: number, again: boolean): Move => ({
  text: `delete worker, message ${at}${again ? ", which comes again" : ""}`,
  when: (_, { work }) => work.deleting.length > 0,
  predict: (life, { work, metadata, ports }) => {
    const deletion = metadata.deletions.get(pickMessage(work.deleting, at)?.deletionId ?? "");
    const image = life.images.get(deletion?.image_id ?? "");
    const attempt = image?.attempts.find(({ id }) => deletion?.key === `${image.id}/${id}`);
    const isClaimed = (deletion?.claimed_until ?? "") > ports.clock().toISOString();
    if (image && attempt && !isInUse(image, attempt) && !isClaimed) {
      forgetBytes(attempt);
      const others = [...metadata.deletions.values()].filter(({ key }) => key === deletion?.key);
      attempt.loose = others.length > 1;
    }
    return "ok";
  },
  act: async (ports, _, { work }) => {
    const found = pickMessage(work.deleting, at);
    if (!found) return;
    await deleteBytes(ports)(found.deletionId);
    if (!again) work.deleting.splice(work.deleting.indexOf(found), 1);
  },
});
const deleting = message.map(({ at, again }) => deletingBytes(at, again));

function scrubbed(life: Life): void {
  for (const image of life.images.values()) {
    if (image.status !== "pending_delete" || life.now - image.deletedAt < SCRUB_SECONDS) continue;
    image.status = "deleted";
    image.changedAt = life.now;
    cutLoose(attemptAt(image, image.data));
  }
}

function reaped(life: Life): void {
  for (const image of life.images.values()) {
    const running = attemptAt(image, image.running);
    if (running?.state === "open" && running.expired) release(image, running, true);
  }
}

/** In three writes: members, what says that they are gone, and the record. */
function purged(life: Life, until: "members gone" | "leftovers gone" | "end" = "end"): void {
  for (const [id, image] of life.images) {
    if (image.status !== "deleted" || image.attempts.some(({ loose }) => loose)) continue;
    if (!image.isPurged && life.now - image.deletedAt >= PURGE_DAYS.leftovers * DAY) {
      image.members = {};
      image.isPurged = until !== "members gone";
      for (const attempt of image.attempts) attempt.forgotten = true;
    }
    const isOld = life.now - image.deletedAt >= PURGE_DAYS.record * DAY;
    const isKept = image.data !== undefined && life.now - image.changedAt < 7 * DAY;
    if (image.isPurged && isOld && !isKept && until === "end") life.images.delete(id);
  }
}

const jobMove = (
  text: string,
  change: (life: Life) => void,
  job: (ports: Ports) => Pick<Job, "run">,
): Move => ({
  text,
  predict: (life) => {
    change(life);
    return "ok";
  },
  act: (ports) => ran(job(ports)),
});

const jobs = fc.constantFrom<Move>(
  jobMove("scrubber", scrubbed, scrubber),
  jobMove("reaper", reaped, reaper),
  {
    ...jobMove("purge", (life) => purged(life), purge),
    between: (life) => {
      const whole = structuredClone(life);
      purged(life, "members gone");
      purged(whole, "leftovers gone");
      return [life, whole];
    },
  },
  jobMove(
    "outbox",
    () => {},
    (ports) => outboxJob({ ...ports, publisherId: "model" }),
  ),
);

/** Time goes by: leases run out, broken uploads are forgotten, the store drops what it kept of deleted objects. */
const jump = fc.constantFrom(601, 601, 601, 8 * DAY, 31 * DAY).map(
  (seconds): Move => ({
    text: `${seconds} s pass`,
    predict: (life) => {
      life.now += seconds;
      for (const image of life.images.values()) {
        delete image.broken;
        for (const attempt of image.attempts) {
          if (attempt.state === "open") attempt.expired = true;
          if (seconds > 7 * DAY) attempt.kept = false;
        }
      }
      return "ok";
    },
    act: async (_ports, _life, world: World) => {
      world.pass(seconds);
      if (seconds > 7 * DAY) world.bytes.kept.clear();
    },
  }),
);

export const jobMoves = { finalize, deleting, jobs, jump };
