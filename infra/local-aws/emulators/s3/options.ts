import type { Advice } from "../../advice.ts";
import type { FaultPlan } from "../../faults.ts";
import type { Call, Judge } from "../../iam/principal.ts";

/** One rule of a bucket's CORS configuration. */
export interface CorsRule {
  /** May hold one `*` each. */
  readonly allowedOrigins: readonly string[];
  readonly allowedMethods: readonly string[];
  /** May hold one `*` each. */
  readonly allowedHeaders?: readonly string[];
  readonly exposedHeaders?: readonly string[];
  readonly maxAgeSeconds?: number;
}

export interface BucketOptions {
  readonly name: string;
  readonly cors?: readonly CorsRule[];
  /** Lifecycle rule AbortIncompleteMultipartUpload: age in days at which an upload is aborted. */
  readonly abortIncompleteMultipartDays?: number;
  /** Keeps what is deleted or overwritten as a noncurrent version; default false. */
  readonly isVersioned?: boolean;
  /** Lifecycle rule NoncurrentVersionExpiration: days after which a noncurrent version is removed. */
  readonly noncurrentVersionDays?: number;
  /** Such rules for keys with a prefix: of two that fit, the shorter time counts. */
  readonly noncurrentVersionDaysBelow?: readonly { readonly prefix: string; readonly days: number }[];
  /** Lifecycle rule ExpiredObjectDeleteMarker: a delete marker with no version below it is removed. */
  readonly removesExpiredMarkers?: boolean;
}

/** The part of the options that is plain data and may cross into a worker thread. */
export interface S3Settings {
  /** Holds everything that is stored; only one emulator at a time may run on it. */
  readonly directory: string;
  /** 0: any free port. The address is always 127.0.0.1. */
  readonly port: number;
  readonly region: string;
  /** The buckets that exist; there is no call that makes one. */
  readonly buckets: readonly BucketOptions[];
  readonly faults: FaultPlan;
  readonly advice?: Advice;
  /** Shortest and longest time that the fault of a slow Complete takes; default 1 to 4 seconds. */
  readonly slowCompleteMilliseconds?: readonly [shortest: number, longest: number];
}

export interface S3Options extends S3Settings {
  readonly judge: Judge;
  /** Told of each finished call, refused ones included. */
  readonly onCall: (call: Call) => void;
  /** Milliseconds since the epoch; default Date.now. */
  readonly clock?: () => number;
}

export interface S3Emulator {
  readonly port: number;
  /** Breaks off calls under way; what was acknowledged is on disk already. */
  close(): Promise<void>;
}
