import { Duration, RemovalPolicy, Validations } from "aws-cdk-lib";
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CorsRule,
  HttpMethods,
  ObjectOwnership,
} from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { CACHE_DIR } from "../../shared/cache/domain/copy-key.ts";
import type { Settings } from "../../shared/settings.ts";
import { InvalidDeployment } from "../stacks/invalid-deployment.ts";
import { CHECKSUM_JOBS } from "./access-policy.ts";

/** Days after which S3 itself drops the parts of an upload that nobody completed or aborted. */
const ABORT_INCOMPLETE_DAYS = 8;
const DAY_SECONDS = 86_400;
/** Longer than the auditor waits for a job (shared/upkeep/operations/audit/audit-by-jobs.ts). */
const CHECKSUM_REPORT_DAYS = 30;

const corsRules = (origins: readonly string[]): CorsRule[] =>
  origins.length === 0
    ? []
    : [
        {
          allowedOrigins: [...origins],
          allowedMethods: [HttpMethods.GET, HttpMethods.PUT, HttpMethods.HEAD],
          allowedHeaders: ["*"],
          // The uploader compares each part's ETag with what it sent.
          exposedHeaders: ["ETag"],
          maxAge: 3600,
        },
      ];

/**
 * The bucket of image data; it outlives its stack, unless that could not even be made. What is deleted in it is kept as a noncurrent version behind a delete
 * marker for `deleted_bytes_retention_days`.
 * Throws InvalidDeployment when a transfer could live longer than S3 keeps its parts.
 */
export function imageBucket(scope: Construct, id: string, settings: Settings): Bucket {
  if (settings.transfer_lifetime_max >= ABORT_INCOMPLETE_DAYS * DAY_SECONDS) {
    throw new InvalidDeployment(
      `GLANCE_TRANSFER_LIFETIME_MAX: ${settings.transfer_lifetime_max} seconds must be below the ` +
        `${ABORT_INCOMPLETE_DAYS} days after which the image bucket drops incomplete uploads`,
    );
  }
  const bucket = new Bucket(scope, id, {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    cors: corsRules(settings.allowed_origin),
    versioned: settings.deleted_bytes_retention_days > 0,
    lifecycleRules: [
      {
        id: "abort-incomplete-uploads",
        abortIncompleteMultipartUploadAfter: Duration.days(ABORT_INCOMPLETE_DAYS),
      },
      {
        id: "expire-deleted-bytes",
        // A day where versioning is off: it may have been on, and what it kept would be paid for for ever.
        noncurrentVersionExpiration: Duration.days(Math.max(1, settings.deleted_bytes_retention_days)),
        expiredObjectDeleteMarker: true,
      },
      {
        // Copies can be made again: of the rules that fit them the shorter one counts (S3 user guide, "Conflicting
        // lifecycle actions").
        id: "expire-deleted-copies",
        prefix: `${CACHE_DIR}/`,
        noncurrentVersionExpiration: Duration.days(1),
      },
      ...(settings.audit_deep_engine === "s3-batch"
        ? [
            {
              id: "expire-checksum-reports",
              prefix: `${CHECKSUM_JOBS}/`,
              expiration: Duration.days(CHECKSUM_REPORT_DAYS),
            },
          ]
        : []),
    ],
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  Validations.of(bucket).acknowledge({
    id: "AwsSolutions::AwsSolutions-S1",
    reason:
      "Server access logs would hold the query strings of presigned URLs; who asked for a URL is in the functions' logs, and CloudTrail data events leave the signature out.",
  });
  return bucket;
}
