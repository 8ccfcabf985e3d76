import { AwsFailure } from "../aws-failure.ts";
import type { BucketOptions } from "./options.ts";
import type { BucketStore } from "./store/bucket-store.ts";
import { isMarker } from "./store/object-versions.ts";

const dayMilliseconds = 24 * 60 * 60 * 1000;

/** Aborts the uploads that are older than the bucket's AbortIncompleteMultipartUpload rule allows. */
export async function abortStaleUploads(
  bucket: BucketStore,
  { abortIncompleteMultipartDays }: BucketOptions,
  now: number,
): Promise<void> {
  if (abortIncompleteMultipartDays === undefined) return;
  const oldest = now - abortIncompleteMultipartDays * dayMilliseconds;
  for (const { id, key, initiatedAt } of [...bucket.uploads]) {
    if (initiatedAt >= oldest) continue;
    try {
      await bucket.abort(id, key);
    } catch (error) {
      // Completed or aborted by a caller while this loop waited for its turn.
      if (!(error instanceof AwsFailure && error.code === "NoSuchUpload")) throw error;
    }
  }
}

/**
 * Removes noncurrent versions, markers among them, that are older than the bucket's rule allows, and delete markers
 * under which nothing is left. S3 counts to the midnight after the age; here it is the age itself.
 */
export async function expireVersions(
  bucket: BucketStore,
  {
    noncurrentVersionDays = Number.POSITIVE_INFINITY,
    noncurrentVersionDaysBelow = [],
    removesExpiredMarkers = false,
  }: BucketOptions,
  now: number,
): Promise<void> {
  for (const { key } of [...bucket.versionedKeys.list("", "", undefined)]) {
    const fitting = noncurrentVersionDaysBelow.filter(({ prefix }) => key.startsWith(prefix));
    const days = Math.min(noncurrentVersionDays, ...fitting.map((rule) => rule.days));
    const oldest = now - days * dayMilliseconds;
    const isOld = ({ noncurrentSince }: { noncurrentSince?: number }) =>
      noncurrentSince !== undefined && noncurrentSince < oldest;
    if (bucket.versions(key).some(isOld)) await bucket.deleteVersions(key, isOld);
    const [only, ...below] = bucket.versions(key);
    if (removesExpiredMarkers && only !== undefined && isMarker(only) && below.length === 0)
      await bucket.deleteVersions(key, (version) => version === only);
  }
}
