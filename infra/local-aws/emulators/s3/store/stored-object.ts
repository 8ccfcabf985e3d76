import type { ChecksumAlgorithm, ChecksumType } from "../checksums.ts";

/** One data file: a whole object of a single PUT (number 1), or one part of a multipart upload. */
export interface Part {
  readonly number: number;
  /** Name in the bucket's data folder. */
  readonly file: string;
  readonly bytes: number;
  /** Hex. */
  readonly md5: string;
  /** Base64, of the upload's algorithm. */
  readonly checksum?: string;
  readonly modifiedAt: number;
}

/** What PutObject, CopyObject and CreateMultipartUpload say about an object beside its bytes. */
export interface ObjectDescription {
  /** `content-type`, `cache-control`, …: answered as they were given. */
  readonly headers: Readonly<Record<string, string>>;
  /** Without the prefix `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

export interface ObjectChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: ChecksumType;
  /** Base64; a composite one ends in `-N`, N being the number of parts. */
  readonly value: string;
}

interface VersionTraits {
  readonly key: string;
  /** Absent: the version `null`, of a bucket without versioning. */
  readonly versionId?: string;
  /** When another version took its place. */
  readonly noncurrentSince?: number;
  readonly modifiedAt: number;
}

/** Stands on top of the versions of a key that was deleted. */
export interface DeleteMarker extends VersionTraits {
  readonly isDeleteMarker: true;
}

export interface StoredObject extends ObjectDescription, VersionTraits {
  readonly bytes: number;
  /** Without quotes. */
  readonly etag: string;
  readonly checksum?: ObjectChecksum;
  /** The bytes are these files one after the other, never a copy of them. */
  readonly parts: readonly Part[];
  /** The multipart upload it came from. */
  readonly uploadId?: string;
}

export type ObjectVersion = StoredObject | DeleteMarker;

/** What is on disk of a key. */
export interface KeyRecord {
  readonly key: string;
  /** Newest first. */
  readonly versions: readonly ObjectVersion[];
}

/** What is on disk of a multipart upload; its parts are the data files that carry its id. */
export interface UploadRecord extends ObjectDescription {
  readonly id: string;
  readonly key: string;
  readonly initiatedAt: number;
  /** ARN of whoever created it. */
  readonly initiator: string;
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly type: ChecksumType };
}

export interface Upload extends UploadRecord {
  readonly parts: Map<number, Part>;
}
