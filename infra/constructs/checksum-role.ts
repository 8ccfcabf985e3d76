import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { CHECKSUM_JOBS } from "./access-policy.ts";
import { acknowledgeObjects, acknowledgeReports } from "./bucket-wildcards.ts";

/**
 * What S3 Batch Operations computes checksums with: it reads the image bucket and writes reports under their prefix (S3
 * user guide, "Granting permissions for Batch Operations"). Nobody of another account can use it: to name it in a job
 * takes the right to pass it.
 */
export function checksumRole(scope: Construct, id: string, bucket: Bucket): Role {
  const role = new Role(scope, id, {
    description: "S3 Batch Operations: checksums of image data for the deep auditor",
    assumedBy: new ServicePrincipal("batchoperations.s3.amazonaws.com"),
    inlinePolicies: {
      checksums: new PolicyDocument({
        statements: [
          new PolicyStatement({
            actions: ["s3:GetObject", "s3:GetObjectVersion"],
            resources: [bucket.arnForObjects("*")],
          }),
          new PolicyStatement({
            actions: ["s3:PutObject"],
            resources: [bucket.arnForObjects(`${CHECKSUM_JOBS}/*`)],
          }),
        ],
      }),
    },
  });
  acknowledgeObjects(role, bucket);
  acknowledgeReports(role, bucket);
  return role;
}
