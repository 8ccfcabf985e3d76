import { AwsFailure } from "../aws-failure.ts";

export const internalError = (): AwsFailure =>
  new AwsFailure("InternalError", "We encountered an internal error. Please try again.", 500);

/** S3's buckets are never full, and its list of error codes (API reference, "Error responses") has no word for it. */
export const storageFull = (): AwsFailure =>
  new AwsFailure(
    "InternalError",
    "The storage is full: nothing can be stored until there is space again.",
    500,
  );
