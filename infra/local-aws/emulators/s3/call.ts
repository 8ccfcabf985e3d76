import type { IncomingMessage, ServerResponse } from "node:http";
import type { VerifiedSignature } from "../../iam/sigv4.ts";
import { AwsFailure } from "../aws-failure.ts";
import type { BucketStore } from "./store/bucket-store.ts";

/** A call that was authenticated and routed; a handler gets it once IAM has allowed what its operation names. */
export interface S3Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly query: ReadonlyMap<string, string>;
  readonly buckets: ReadonlyMap<string, BucketStore>;
  readonly region: string;
  readonly signature: VerifiedSignature;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Fault mode: the connection is cut when this many bytes of the body have come. */
  readonly cutAfterBytes?: number;
  /** Refuses with AccessDenied unless IAM allows it. */
  require(action: string, resource: string): void;
  /** Only asks; for where AWS answers differently instead of refusing. */
  permits(action: string, resource: string): boolean;
}

export interface BucketCall extends S3Call {
  readonly bucket: BucketStore;
  /** Empty in a call for the bucket itself. */
  readonly key: string;
}

export const bucketArn = (bucket: string): string => `arn:aws:s3:::${bucket}`;
export const objectArn = (bucket: string, key: string): string => `${bucketArn(bucket)}/${key}`;

export const accessDenied = (): AwsFailure => new AwsFailure("AccessDenied", "Access Denied", 403);

export const invalidArgument = (message: string, ArgumentName: string, ArgumentValue: string): AwsFailure =>
  new AwsFailure("InvalidArgument", message, 400, { ArgumentName, ArgumentValue });

export const invalidRequest = (message: string): AwsFailure => new AwsFailure("InvalidRequest", message);

/** For what S3 can do and this emulator cannot: loud, so that nobody relies on it unawares. */
export const notImplemented = (what: string, fields: Readonly<Record<string, unknown>> = {}): AwsFailure =>
  new AwsFailure(
    "NotImplemented",
    `A header or query you provided implies functionality that is not implemented: ${what}`,
    501,
    fields,
  );

/** A number from the query within AWS's bounds; more than `most` counts as `most`, as S3 has it for page sizes. */
export function pageSize(call: S3Call, parameter: string, most = 1000): number {
  const text = call.query.get(parameter) ?? String(most);
  if (!/^\d{1,10}$/.test(text)) {
    throw invalidArgument(
      `Argument ${parameter} must be an integer between 0 and 2147483647`,
      parameter,
      text,
    );
  }
  return Math.min(Number(text), most);
}
