import { notImplemented, type S3Call } from "./call.ts";
import { noSuchKey, preconditionFailed } from "./condition-failures.ts";
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
