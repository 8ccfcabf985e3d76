import { AwsFailure } from "../aws-failure.ts";
import { requestConflict } from "./condition-failures.ts";
import { internalError } from "./internal-error.ts";

/** S3's bad days. */
export type FaultKind =
  | "SlowDown"
  | "InternalError"
  | "ConnectionCut"
  | "ConditionalConflict"
  | "SlowComplete"
  | "ErrorAfter200";

/** The refusals among the faults; before the body is read and before anything is done. */
export function refuseFault(fault: FaultKind | undefined): void {
  if (fault === "SlowDown") throw new AwsFailure("SlowDown", "Please reduce your request rate.", 503);
  if (fault === "InternalError") throw internalError();
  if (fault === "ConditionalConflict") throw requestConflict();
}
