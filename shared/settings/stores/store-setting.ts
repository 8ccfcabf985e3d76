/** Types of stores that a setting can name: buckets, and hosts whose URLs callers register. */
export type UsableStoreType = "s3" | "http";

/** A store of `enabled_backends`, as docs/stores.md describes it. Of its secrets it holds none. */
export interface StoreSetting {
  readonly id: string;
  readonly type: UsableStoreType;
  readonly description?: string;
  /** Of several stores that have an image, the heaviest serves it. */
  readonly weight: number;
  readonly readOnly: boolean;
  /** A bucket that is there already; absent: the deployment makes one. */
  readonly bucket?: string;
  /** Where that bucket is; absent: where the service is. */
  readonly region?: string;
  /** Absent: S3's own default. */
  readonly storageClass?: string;
  /** Base URL of an S3 that is not AWS's, without a slash at its end. */
  readonly host?: string;
  /** Whether the bucket stands in the path of URLs and not in their host name; only with `host`. */
  readonly pathStyle?: boolean;
  /** ARN of the secret that holds the keys of `host`; absent: the deployment makes one. */
  readonly secret?: string;
}

/** The store of the first bucket, which every installation has; the images' domain calls it FIRST_STORE. */
export const FIRST_BUCKETS_STORE = "s3";

/** Whether the deployment makes a bucket for it, besides the first one. */
export const hasMadeBucket = ({ id, type, bucket }: StoreSetting): boolean =>
  type === "s3" && bucket === undefined && id !== FIRST_BUCKETS_STORE;

/** Whether it is a bucket at all. */
export const isBucketStore = ({ type }: StoreSetting): boolean => type === "s3";

/** Whether the deployment makes a secret for its keys. */
export const hasMadeSecret = ({ host, secret }: StoreSetting): boolean =>
  host !== undefined && secret === undefined;
