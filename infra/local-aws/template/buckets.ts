import type { BucketOptions, CorsRule } from "../emulators/s3/options.ts";
import { list, property, refuse } from "./properties.ts";
import type { Resource } from "./resources.ts";

export interface BucketDefinition extends BucketOptions {
  readonly arn: string;
}

interface LifecycleRule {
  readonly Status?: string;
  readonly AbortIncompleteMultipartUpload?: { readonly DaysAfterInitiation: number };
  readonly NoncurrentVersionExpiration?: { readonly NoncurrentDays: number };
  readonly ExpiredObjectDeleteMarker?: boolean;
  readonly Prefix?: string;
}

/** Parts of a lifecycle rule that are emulated; another one fails the start. */
const knownInRules = new Set([
  "Id",
  "Status",
  "AbortIncompleteMultipartUpload",
  "NoncurrentVersionExpiration",
  "ExpiredObjectDeleteMarker",
  "Prefix",
]);
/** Parts of a rule for some objects only. */
const knownBelowPrefix = new Set(["Id", "Status", "Prefix", "NoncurrentVersionExpiration"]);

function rulesOf(resource: Resource): readonly LifecycleRule[] {
  const rules = list<LifecycleRule>(resource, "LifecycleConfiguration", "Rules");
  const unknownIn = (rule: LifecycleRule) =>
    Object.keys(rule).filter(
      (name) => !(rule.Prefix === undefined ? knownInRules : knownBelowPrefix).has(name),
    );
  const unknown = rules.flatMap(unknownIn)[0];
  if (unknown !== undefined)
    throw new Error(
      `${resource.stack}/${resource.logicalId} (${resource.type}) has a lifecycle rule with ${unknown}, which the local runtime does not emulate there`,
    );
  return rules.filter(({ Status }) => Status === "Enabled");
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
  refuse(resource, "NotificationConfiguration", "ReplicationConfiguration", "WebsiteConfiguration");
  const rules = rulesOf(resource);
  const abortDays = rules.flatMap(
    ({ AbortIncompleteMultipartUpload: rule }) => rule?.DaysAfterInitiation ?? [],
  );
  const noncurrentDays = rules.flatMap(({ Prefix, NoncurrentVersionExpiration: rule }) =>
    Prefix === undefined ? (rule?.NoncurrentDays ?? []) : [],
  );
  const noncurrentBelow = rules.flatMap(({ Prefix: prefix, NoncurrentVersionExpiration: rule }) =>
    prefix !== undefined && rule ? [{ prefix, days: rule.NoncurrentDays }] : [],
  );
  const cors = list<DeclaredCorsRule>(resource, "CorsConfiguration", "CorsRules").map(corsRule);
  return {
    name: resource.id,
    arn: resource.arn,
    ...(cors.length > 0 && { cors }),
    ...(abortDays.length > 0 && { abortIncompleteMultipartDays: Math.min(...abortDays) }),
    ...(noncurrentDays.length > 0 && { noncurrentVersionDays: Math.min(...noncurrentDays) }),
    ...(noncurrentBelow.length > 0 && { noncurrentVersionDaysBelow: noncurrentBelow }),
    isVersioned: property(resource, "VersioningConfiguration", "Status") === "Enabled",
    removesExpiredMarkers: rules.some(({ ExpiredObjectDeleteMarker: removes }) => removes === true),
  };
}

const corsRule = (rule: DeclaredCorsRule): CorsRule => ({
  allowedOrigins: rule.AllowedOrigins,
  allowedMethods: rule.AllowedMethods,
  ...(rule.AllowedHeaders && { allowedHeaders: rule.AllowedHeaders }),
  ...(rule.ExposedHeaders && { exposedHeaders: rule.ExposedHeaders }),
  ...(rule.MaxAge !== undefined && { maxAgeSeconds: rule.MaxAge }),
});
