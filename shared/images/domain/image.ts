import type { BrokenUpload } from "./broken-upload.ts";
import type { DamageKind } from "./damage.ts";
import type { FindingEvidence } from "./finding.ts";
import { isOwn, type Location, type StoredBytes } from "./location.ts";
import type { ImageStatus } from "./status.ts";
import type { Visibility } from "./visibility.ts";

/** Why an audit took an image out of use; an admin's reactivation, or an audit that finds it right, clears it. */
export interface Quarantine {
  readonly at: string;
  readonly reason: DamageKind;
  readonly evidence: FindingEvidence;
}

/** That an image's bytes were signed when they came; its properties may have changed since. */
export interface SignatureEvidence {
  readonly verified_at: string;
  readonly certificate_uuid: string;
  /** Of the certificate, DER, hex. */
  readonly certificate_sha256: string;
  /** Which signature it was: of its bytes, hex. Absent with the next two where an older release verified it. */
  readonly signature_sha256?: string;
  readonly hash_method?: string;
  readonly key_type?: string;
}

/** What is known of an image's bytes beyond its base attributes; all times are ISO 8601 UTC. */
export interface Integrity {
  /** When the uploader stated the hashes; absent when we computed them ourselves. */
  readonly stated_at?: string;
  /** When we had hashed all bytes, as they came or by reading them back, and had the recorded hashes. */
  readonly verified_at?: string;
  /** Why the image was deactivated by verification. */
  readonly mismatch?: string;
  /** When an audit last compared all bytes with the recorded hashes, whatever it found. */
  readonly audited_at?: string;
  /** Who read them for that audit: this service, or S3 itself. */
  readonly audited_how?: "read" | "s3-batch";
  readonly quarantined?: Quarantine;
  /** Absent for bytes without a signature. */
  readonly signature?: SignatureEvidence;
}

/**
 * Version of an image's record. 2: `member_count` is counted, `etag` of its bytes is there when the store knew them.
 * 3: `locations` is a list, and all bytes name their store. Records of older versions are read as well; the item
 * migration brings them on.
 */
export const RECORD_VERSION = 3;

/** An image with Glance's attribute names (docs/reference/image-api.md, "Attributes"). Never changed in place. */
export interface Image {
  readonly id: string;
  /** Counts the writes; every write is conditional on the revision it read. */
  readonly revision: number;
  /** Stays what it is through all changes but the migration's, which alone knows what a version promises. */
  readonly record_version: number;
  readonly name: string | null;
  readonly status: ImageStatus;
  readonly visibility: Visibility;
  readonly protected: boolean;
  readonly os_hidden: boolean;
  readonly checksum: string | null;
  readonly os_hash_algo: string | null;
  readonly os_hash_value: string | null;
  readonly owner: string | null;
  readonly size: number | null;
  readonly virtual_size: number | null;
  readonly container_format: string | null;
  readonly disk_format: string | null;
  readonly min_ram: number;
  readonly min_disk: number;
  readonly tags: readonly string[];
  /** How many projects the image is shared with; changes with each member that comes or goes. */
  readonly member_count: number;
  /** Custom properties. */
  readonly properties: Readonly<Record<string, string | null>>;
  /** ISO 8601 with milliseconds: the order of lists; the wire shows whole seconds. */
  readonly created_at: string;
  readonly updated_at: string;
  readonly deleted_at: string | null;
  /** The upload attempt that owns the status `saving` or `uploading`. */
  readonly transfer_id: string | null;
  /** Where the data is; empty while there is none. Each has all of it. */
  readonly locations: readonly Location[];
  /** Bytes that wait for their import. */
  readonly staged: Location | null;
  readonly integrity: Integrity;
  readonly broken_upload: BrokenUpload | null;
  /** What a deleted image with bytes was, and is again when it is restored. */
  readonly status_before_delete: "active" | "deactivated" | null;
  /** Of a deleted image only its record is left: no members, no transfers. */
  readonly leftovers_purged: boolean;
}

export const emptyImage = {
  revision: 0,
  record_version: RECORD_VERSION,
  name: null,
  status: "queued",
  visibility: "shared",
  protected: false,
  os_hidden: false,
  checksum: null,
  os_hash_algo: null,
  os_hash_value: null,
  owner: null,
  size: null,
  virtual_size: null,
  container_format: null,
  disk_format: null,
  min_ram: 0,
  min_disk: 0,
  tags: [],
  member_count: 0,
  properties: {},
  deleted_at: null,
  transfer_id: null,
  locations: [],
  staged: null,
  integrity: {},
  broken_upload: null,
  status_before_delete: null,
  leftovers_purged: false,
} as const satisfies Partial<Image>;

/** The image back in `queued`, ready for another attempt: nothing of the failed one stays on it. */
export const withoutData = {
  size: null,
  virtual_size: null,
  checksum: null,
  os_hash_algo: null,
  os_hash_value: null,
  transfer_id: null,
  locations: [],
  staged: null,
  integrity: {},
} as const satisfies Partial<Image>;

/** All of our bytes that the image's record names: its data, and what waits for an import. */
export const bytesIn = ({ locations, staged }: Pick<Image, "locations" | "staged">): readonly Location[] => {
  const own = locations.filter(isOwn);
  return staged ? [...own, staged] : own;
};

export const isSameBytes = (one: StoredBytes, other: StoredBytes): boolean =>
  one.store === other.store && one.key === other.key;

/** An image's record of these bytes; undefined when it has other data, or none. */
export const locationAt = ({ locations }: Image, bytes: StoredBytes): Location | undefined =>
  locations.find((location) => isSameBytes(location, bytes));
