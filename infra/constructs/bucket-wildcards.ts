import { Aws, Stack, Validations } from "aws-cdk-lib";
import type { Role } from "aws-cdk-lib/aws-iam";
import { CACHED_COPIES, CHECKSUM_JOBS, COPIES_PIECES, IMAGE_DATA } from "./access-policy.ts";
import type { StoreBucket } from "./image-stores.ts";

/**
 * Findings are named after the export that brings the bucket's ARN to another stack: the same that the policy makes. A
 * bucket that was there before has an ARN that is only written down.
 */
function importedArn({ made, arn }: StoreBucket): string {
  if (made === undefined) return arn.replace(Aws.PARTITION, "<AWS::Partition>");
  const stack = Stack.of(made);
  const { "Fn::ImportValue": imported } = stack.resolve(stack.exportValue(made.bucketArn));
  return imported;
}

const acknowledge = (role: Role, resource: string, reason: string): void =>
  Validations.of(role).acknowledge({ id: `AwsSolutions::AwsSolutions-IAM5[Resource::${resource}]`, reason });

/** A role that reaches image data. */
export const acknowledgeObjects = (role: Role, bucket: StoreBucket): void =>
  acknowledge(
    role,
    `${importedArn(bucket)}/${IMAGE_DATA}`,
    "Keys of image data are random: they can be named by their form only.",
  );

/** A role that reaches cached copies. */
export function acknowledgeCopies(role: Role, bucket: StoreBucket): void {
  for (const keys of [CACHED_COPIES, COPIES_PIECES])
    acknowledge(
      role,
      `${importedArn(bucket)}/${keys}`,
      "Keys of cached copies are random: they can be named by their form only.",
    );
}

/** A role that reaches lists and reports of checksum jobs. */
export const acknowledgeReports = (role: Role, bucket: StoreBucket): void =>
  acknowledge(
    role,
    `${importedArn(bucket)}/${CHECKSUM_JOBS}/*`,
    "Lists and reports of checksum jobs are named after their jobs.",
  );

/** The role of the function that creates checksum jobs and looks after them. */
export function acknowledgeJobs(role: Role, bucket: StoreBucket): void {
  acknowledgeReports(role, bucket);
  acknowledge(
    role,
    "*",
    "s3:CreateJob has no resource; the job can do what the one role can that may be passed.",
  );
  acknowledge(
    role,
    "arn:<AWS::Partition>:s3:<AWS::Region>:<AWS::AccountId>:job/*",
    "S3 gives the ids of jobs; the function may only look at them.",
  );
}
