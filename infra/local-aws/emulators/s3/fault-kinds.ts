import type { Faults } from "../../faults.ts";
import { AwsFailure } from "../aws-failure.ts";
import { isAwsChunked } from "./aws-chunked.ts";
import type { S3Call } from "./call.ts";
import type { Operation } from "./operations.ts";
import { requestConflict, writeCondition } from "./write-condition.ts";

/** S3's bad days. */
export type FaultKind =
  | "SlowDown"
  | "InternalError"
  | "ConnectionCut"
  | "ConditionalConflict"
  | "SlowComplete"
  | "ErrorAfter200";

const conditionalWrites: ReadonlySet<string> = new Set(["PutObject", "CompleteMultipartUpload"]);
const smallestCutBody = 128 * 1024;

/** The fault that this call meets, if any. */
export function pickFault(faults: Faults, operation: Operation, call: S3Call): FaultKind | undefined {
  const kinds: FaultKind[] = [];
  if (canRepeat(call)) {
    kinds.push("SlowDown", "InternalError");
    const bodyBytes = Number(call.headers["content-length"] ?? 0);
    if (operation.name === "UploadPart" && bodyBytes >= smallestCutBody) kinds.push("ConnectionCut");
  }
  if (conditionalWrites.has(operation.name) && writeCondition(call)) kinds.push("ConditionalConflict");
  if (operation.name === "CompleteMultipartUpload") kinds.push("SlowComplete", "ErrorAfter200");
  return faults.pick(kinds);
}

// A stream cannot be sent twice, and a presigned URL to read from is in the hands of clients that try only once.
function canRepeat({ request, signature }: S3Call): boolean {
  const reads = request.method === "GET" || request.method === "HEAD";
  return !isAwsChunked(signature.payloadHash) && !(signature.presigned && reads);
}

/** The refusals among the faults; before the body is read and before anything is done. */
export function refuseFault(fault: FaultKind | undefined): void {
  if (fault === "SlowDown") throw new AwsFailure("SlowDown", "Please reduce your request rate.", 503);
  if (fault === "InternalError") throw internalError();
  if (fault === "ConditionalConflict") throw requestConflict();
}

export const internalError = (): AwsFailure =>
  new AwsFailure("InternalError", "We encountered an internal error. Please try again.", 500);

/** S3's buckets are never full, and its list of error codes (API reference, "Error responses") has no word for it. */
export const storageFull = (): AwsFailure =>
  new AwsFailure(
    "InternalError",
    "The storage is full: nothing can be stored until there is space again.",
    500,
  );
