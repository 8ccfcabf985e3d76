import { AwsFailure } from "../aws-failure.ts";

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
