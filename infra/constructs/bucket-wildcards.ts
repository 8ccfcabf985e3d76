import { Stack, Validations } from "aws-cdk-lib";
import type { Role } from "aws-cdk-lib/aws-iam";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import { CHECKSUM_JOBS, IMAGE_DATA } from "./access-policy.ts";

/** Findings are named after the export that brings the bucket's ARN to another stack: the same that the policy makes. */
function importedArn(bucket: Bucket): string {
  const stack = Stack.of(bucket);
  const { "Fn::ImportValue": imported } = stack.resolve(stack.exportValue(bucket.bucketArn));
  return imported;
}

const acknowledge = (role: Role, resource: string, reason: string): void =>
  Validations.of(role).acknowledge({ id: `AwsSolutions::AwsSolutions-IAM5[Resource::${resource}]`, reason });

/** A role that reaches image data. */
export const acknowledgeObjects = (role: Role, bucket: Bucket): void =>
  acknowledge(
    role,
    `${importedArn(bucket)}/${IMAGE_DATA}`,
    "Keys of image data are random: they can be named by their form only.",
  );

/** A role that reaches lists and reports of checksum jobs. */
export const acknowledgeReports = (role: Role, bucket: Bucket): void =>
  acknowledge(
    role,
    `${importedArn(bucket)}/${CHECKSUM_JOBS}/*`,
    "Lists and reports of checksum jobs are named after their jobs.",
  );

/** The role of the function that creates checksum jobs and looks after them. */
export function acknowledgeJobs(role: Role, bucket: Bucket): void {
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
