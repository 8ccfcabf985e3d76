import type { Image } from "../../../images/domain/image.ts";
import type { StoredBytes } from "../../../images/domain/location.ts";
import { auditCopy } from "./audit-copy.ts";
import type { AuditOutcome, Walk } from "./deep-walk.ts";

export interface AuditSubject {
  readonly imageId: string;
  /** Where its bytes were when it was listed: others are another audit's. */
  readonly copies: readonly StoredBytes[];
  /** Whether the bytes of this image are known to be right without being read. */
  readonly isProved?: (image: Image) => boolean;
}

const nameOf = ({ store, key }: StoredBytes): string => `${store}/${key}`;

/**
 * Looks at every copy of an image, and settles what each says. One that cannot be read keeps no other from being looked
 * at: the image stays due then. `unfinished`: the run is over, and its cursor is saved.
 */
export async function auditImage(
  walk: Walk,
  { imageId, copies, isProved }: AuditSubject,
): Promise<AuditOutcome> {
  const { run, pass } = walk;
  let worst: AuditOutcome = "done";
  // What was seen of another image, which is gone by now, says nothing of this one.
  const begun = pass.cursor.copies;
  const isBegun = copies.some((bytes) => begun?.seen.includes(nameOf(bytes)));
  const { seen, isWhole: isWholeSoFar } = isBegun && begun ? begun : { seen: [], isWhole: true };
  let isWhole = isWholeSoFar;
  const left = copies.filter((bytes) => !seen.includes(nameOf(bytes)));
  const done = [...seen];
  for (const [at, bytes] of left.entries()) {
    const isLast = at === left.length - 1;
    const { failed } = run.tally;
    const looked = await auditCopy(walk, {
      imageId,
      bytes,
      isWhole: isWhole && isLast,
      ...(isProved && { isProved }),
    });
    if (looked === "unfinished") return looked;
    isWhole &&= run.tally.failed === failed;
    if (worst !== "quarantined" && looked !== "done") worst = looked;
    if (isLast) break;
    done.push(nameOf(bytes));
    const { hashing: _, ...cursor } = pass.cursor;
    await pass.save({ ...cursor, copies: { seen: [...done], isWhole } });
  }
  return worst;
}
