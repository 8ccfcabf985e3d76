import { AwsFailure } from "../aws-failure.ts";
import { notImplemented, type S3Call } from "./call.ts";
import type { WriteCondition } from "./store/bucket-store.ts";

/** Undefined for a write without a condition. `If-None-Match: *` and `If-Match` of PutObject and CompleteMultipartUpload (S3 user guide, "Conditional writes"). */
export function writeCondition({ headers }: Pick<S3Call, "headers">): WriteCondition | undefined {
  const [noneMatch, match] = [headers["if-none-match"], headers["if-match"]];
  if (noneMatch !== undefined && noneMatch.trim() !== "*") {
    throw notImplemented("If-None-Match with a value other than *", { Header: "If-None-Match" });
  }
  if (noneMatch === undefined && match === undefined) return undefined;
  return (existing) => {
    if (noneMatch !== undefined && existing !== undefined) throw preconditionFailed("If-None-Match");
    if (match === undefined) return;
    if (existing === undefined) throw noSuchKey();
    if (match.trim().replace(/^"|"$/g, "") !== existing.etag) throw preconditionFailed("If-Match");
  };
}

/**
 * A conditional write while another write of the key is under way: S3 user guide, "Conditional writes" (which names a
 * deletion in between), and concurrent Completes and PUTs of one key as wal-g (PR 2201) and arrow-rs-object-store
 * (PR 852) met them.
 */
export const requestConflict = (): AwsFailure =>
  new AwsFailure(
    "ConditionalRequestConflict",
    "The conditional request cannot succeed due to a conflicting operation against this resource.",
    409,
  );

export const preconditionFailed = (Condition: string): AwsFailure =>
  new AwsFailure("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412, {
    Condition,
  });

export const noSuchKey = (): AwsFailure =>
  new AwsFailure("NoSuchKey", "The specified key does not exist.", 404);
