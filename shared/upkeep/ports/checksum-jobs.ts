/** What the store can compute of a whole object and images have on record: checksum, and os_hash_value. */
export type ChecksumAlgorithm = "md5" | "sha512";

/** The list of a job's objects, as it is stored. */
export interface ChecksumList {
  /** Names the job before it has an id; a job is begun once per token. */
  readonly token: string;
  /** The list's own mark: the job is refused when it is another one by then. */
  readonly etag: string;
}

export interface ChecksumJob {
  readonly token: string;
  readonly id: string;
}

export type ChecksumJobState =
  | { readonly state: "running" }
  /** Its report can be read. */
  | { readonly state: "done" }
  | { readonly state: "failed"; readonly reason: string };

/** What a job says of one object. */
export interface ObjectChecksum {
  readonly key: string;
  /** Of all its bytes, in hex; absent when the store could not compute it, or computed another one. */
  readonly checksum?: string;
  /** Why there is none. */
  readonly failure?: string;
}

/**
 * Checksums that the store itself computes of objects at rest, in jobs that take hours. What one says is evidence for
 * an object being right; for its being damaged the bytes have to be read.
 */
export interface ChecksumJobs {
  /** Stores the list of a job's objects, which is not begun by that. */
  prepare(keys: readonly string[]): Promise<ChecksumList>;
  /** Begins the job and returns its id; repeated, the id of the same job. */
  begin(list: ChecksumList, algorithm: ChecksumAlgorithm): Promise<string>;
  find(job: ChecksumJob): Promise<ChecksumJobState>;
  /** One entry an object, in an order that stays the same however often it is read. Of a job that is done. */
  report(job: ChecksumJob, algorithm: ChecksumAlgorithm): AsyncIterable<ObjectChecksum>;
}
