import { AwsFailure } from "../aws-failure.ts";
import { notImplemented, type S3Call } from "./call.ts";
import type { WriteCondition } from "./store/bucket-store.ts";

/** `If-None-Match: *` and `If-Match` of PutObject and CompleteMultipartUpload (S3 user guide, "Conditional writes"). */
export function writeCondition({ headers }: S3Call): WriteCondition {
  const [noneMatch, match] = [headers["if-none-match"], headers["if-match"]];
  if (noneMatch !== undefined && noneMatch.trim() !== "*") {
    throw notImplemented("If-None-Match with a value other than *", { Header: "If-None-Match" });
  }
  return (existing) => {
    if (noneMatch !== undefined && existing !== undefined) throw preconditionFailed("If-None-Match");
    if (match === undefined) return;
    if (existing === undefined) throw noSuchKey();
    if (match.trim().replace(/^"|"$/g, "") !== existing.etag) throw preconditionFailed("If-Match");
  };
}

export const preconditionFailed = (Condition: string): AwsFailure =>
  new AwsFailure("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412, {
    Condition,
  });

export const noSuchKey = (): AwsFailure =>
  new AwsFailure("NoSuchKey", "The specified key does not exist.", 404);
