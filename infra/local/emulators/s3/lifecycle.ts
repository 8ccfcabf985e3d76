import { AwsFailure } from "../aws-failure.ts";
import type { BucketOptions } from "./options.ts";
import type { BucketStore } from "./store/bucket-store.ts";

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
