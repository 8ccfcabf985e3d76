import type { Image } from "../../../../images/domain/image.ts";
import { isOwn } from "../../../../images/domain/location.ts";
import type { RecordRef } from "../../../ports/records.ts";
import type { Decision, JobRun } from "../../job-run.ts";
import { judgeStuckImage } from "../../reaper/stuck-images.ts";
import { lookAtPage, runSubjectOf } from "../../records/look-at-page.ts";
import { judgeRecord } from "../../records/mend-record.ts";
import { inParallel } from "../../records/walk-records.ts";
import { judgeCopy, judgeStaged } from "./judge-bytes.ts";
import { judgeDeleted, judgeDeletion } from "./judge-deleted.ts";
import { judgeMembers } from "./judge-members.ts";
import { type LightAudit, report } from "./light-ports.ts";

/** Waits for data that nobody brings: what the reaper does then is right here, too. */
async function judgeStuck(audit: LightAudit, image: Image): Promise<Decision | undefined> {
  // By a table of an earlier moment its upload may have ended long ago.
  if (!audit.mayDelete) return undefined;
  const decision = await judgeStuckImage(audit.ports, image);
  if (!decision) return undefined;
  const { id, status, transfer_id, updated_at } = image;
  const act = async () => {
    if ((await decision.act()) === false) return false;
    const evidence = { status, transfer_id, updated_at };
    await report(audit, { kind: "image-stuck", subject: id, imageId: id, evidence }, "mended");
    return true;
  };
  return { ...decision, act };
}

/** The check that an image's status calls for; of data, one for each copy. */
function checksOf(audit: LightAudit, image: Image): (() => Promise<Decision | undefined>)[] {
  const hasCopies = !["deleted", "pending_delete"].includes(image.status) && !image.staged;
  const copies = hasCopies ? image.locations.filter(isOwn) : [];
  return copies.length > 0
    ? copies.map((location) => () => judgeCopy(audit, image, location))
    : [() => judgeImage(audit, image)];
}

async function judgeImage(audit: LightAudit, image: Image): Promise<Decision | undefined> {
  if (image.status === "deleted") return judgeDeleted(audit, image);
  if (image.status === "pending_delete") return undefined;
  if (image.staged) return judgeStaged(audit, image);
  return image.status === "saving" || image.status === "uploading" ? judgeStuck(audit, image) : undefined;
}

/** Everything on a page of records, each thing by itself: one that cannot be judged stops no other. */
export async function auditPage(audit: LightAudit, run: JobRun, refs: readonly RecordRef[]): Promise<void> {
  const { ports } = audit;
  const { images, suspects } = await lookAtPage(ports, run, refs);
  const imageIds = new Set(images.map(({ id }) => id));
  const isJudgedBelow = (ref: RecordRef) =>
    suspects.includes(ref) || ref.kind === "deletion" || (ref.kind === "image" && imageIds.has(ref.imageId));
  for (const ref of refs) if (!isJudgedBelow(ref)) run.tally.saw();

  await inParallel(suspects, (ref) =>
    run.consider(runSubjectOf(ref), () =>
      judgeRecord(ports, ref, ({ kind, subject, imageId, evidence }, state) =>
        report(audit, { kind, subject, imageId, evidence }, state),
      ),
    ),
  );
  const checks = images.flatMap((image) => checksOf(audit, image).map((check) => ({ image, check })));
  await inParallel(checks, ({ image, check }) => run.consider({ kind: "image", id: image.id }, check));
  const counted = new Set([
    ...images.filter(({ member_count }) => member_count > 0).map(({ id }) => id),
    ...refs.flatMap((ref) => (ref.kind === "member" ? [ref.imageId] : [])),
  ]);
  await inParallel([...counted], (id) =>
    run.consider({ kind: "members", id }, () => judgeMembers(audit, id)),
  );
  await inParallel(
    refs.filter((ref) => ref.kind === "deletion"),
    ({ deletionId }) =>
      run.consider({ kind: "deletion", id: deletionId }, () => judgeDeletion(audit, deletionId)),
  );
}
