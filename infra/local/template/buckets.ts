import type { BucketOptions, CorsRule } from "../emulators/s3/options.ts";
import { list, refuse } from "./properties.ts";
import type { Resource } from "./resources.ts";

export interface BucketDefinition extends BucketOptions {
  readonly arn: string;
}

interface LifecycleRule {
  readonly Status?: string;
  readonly AbortIncompleteMultipartUpload?: { readonly DaysAfterInitiation: number };
}

interface DeclaredCorsRule {
  readonly AllowedOrigins: readonly string[];
  readonly AllowedMethods: readonly string[];
  readonly AllowedHeaders?: readonly string[];
  readonly ExposedHeaders?: readonly string[];
  readonly MaxAge?: number;
}

/** `AWS::S3::Bucket` as the S3 emulator wants it. */
export function bucketOf(resource: Resource): BucketDefinition {
  refuse(
    resource,
    "NotificationConfiguration",
    "ReplicationConfiguration",
    "VersioningConfiguration",
    "WebsiteConfiguration",
  );
  const days = list<LifecycleRule>(resource, "LifecycleConfiguration", "Rules")
    .filter(({ Status }) => Status === "Enabled")
    .flatMap(({ AbortIncompleteMultipartUpload: abort }) => (abort ? [abort.DaysAfterInitiation] : []));
  const cors = list<DeclaredCorsRule>(resource, "CorsConfiguration", "CorsRules").map(corsRule);
  return {
    name: resource.id,
    arn: resource.arn,
    ...(cors.length > 0 && { cors }),
    ...(days.length > 0 && { abortIncompleteMultipartDays: Math.min(...days) }),
  };
}

const corsRule = (rule: DeclaredCorsRule): CorsRule => ({
  allowedOrigins: rule.AllowedOrigins,
  allowedMethods: rule.AllowedMethods,
  ...(rule.AllowedHeaders && { allowedHeaders: rule.AllowedHeaders }),
  ...(rule.ExposedHeaders && { exposedHeaders: rule.ExposedHeaders }),
  ...(rule.MaxAge !== undefined && { maxAgeSeconds: rule.MaxAge }),
});
