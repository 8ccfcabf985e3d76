import { Stack, Validations } from "aws-cdk-lib";
import type { Role } from "aws-cdk-lib/aws-iam";
import { CERTIFICATE_SECRETS } from "../../shared/images/adapters/secrets-manager/signing-certificates.ts";
import { CHECKSUM_JOBS } from "./access-policy.ts";
import type { StoreBucket } from "./image-stores.ts";

const acknowledge = (role: Role, resource: string, reason: string): void =>
  Validations.of(role).acknowledge({ id: `AwsSolutions::AwsSolutions-IAM5[Resource::${resource}]`, reason });

/** A role that reaches lists and reports of checksum jobs. */
export function acknowledgeReports(role: Role, { arn }: StoreBucket): void {
  const acknowledgeReference = (): string[] => {
    const reference = JSON.stringify(Stack.of(role).resolve(arn));
    acknowledge(
      role,
      `${reference}/${CHECKSUM_JOBS}/*`,
      "Lists and reports of checksum jobs are named after their jobs.",
    );
    return [];
  };
  // The finding is named after the reference, which is known when all of them are resolved: right before the checks.
  role.node.addValidation({ validate: acknowledgeReference });
}

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

/** A role that reads signers' certificates. */
export const acknowledgeCertificates = (role: Role): void =>
  acknowledge(
    role,
    `arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:${CERTIFICATE_SECRETS}*`,
    "Signers' certificates are the operator's secrets below this name; images name one by its id.",
  );
