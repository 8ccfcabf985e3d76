import type { Faults } from "../../faults.ts";
import { isAwsChunked } from "./aws-chunked.ts";
import type { S3Call } from "./call.ts";
import type { FaultKind } from "./fault-kinds.ts";
import type { S3Operation } from "./operations.ts";
import { writeCondition } from "./write-condition.ts";

const conditionalWrites: ReadonlySet<string> = new Set(["PutObject", "CompleteMultipartUpload"]);
const smallestCutBody = 128 * 1024;

/** The fault that this call meets, if any. */
export function pickFault(faults: Faults, operation: S3Operation, call: S3Call): FaultKind | undefined {
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
