import { Aws } from "aws-cdk-lib";
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import { CHECKSUM_JOBS, IMAGE_DATA } from "./access-policy.ts";
import type { StoreBucket } from "./image-stores.ts";
import { acknowledgeReports } from "./wildcards.ts";

/**
 * What S3 Batch Operations computes checksums with: it reads image data and the lists of jobs, and writes reports beside
 * those (S3 user guide, "Granting permissions for Batch Operations"). Only jobs of this account can have it: to name it in
 * a job takes the right to pass it, and S3 says for which account it asks.
 */
export function checksumRole(scope: Construct, id: string, bucket: StoreBucket): Role {
  const role = new Role(scope, id, {
    description: "S3 Batch Operations: checksums of image data for the deep auditor",
    assumedBy: new ServicePrincipal("batchoperations.s3.amazonaws.com", {
      conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } },
    }),
    inlinePolicies: {
      checksums: new PolicyDocument({
        statements: [
          new PolicyStatement({
            actions: ["s3:GetObject", "s3:GetObjectVersion"],
            resources: [IMAGE_DATA, `${CHECKSUM_JOBS}/*`].map((keys) => `${bucket.arn}/${keys}`),
          }),
          new PolicyStatement({
            actions: ["s3:PutObject"],
            resources: [`${bucket.arn}/${CHECKSUM_JOBS}/*`],
          }),
        ],
      }),
    },
  });
  acknowledgeReports(role, bucket);
  return role;
}
