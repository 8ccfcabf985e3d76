import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { requestHandlerOf, withBoundedWaits } from "../../../aws/bounded-waits.ts";
import type { HostKeys } from "./host-keys.ts";
import { type S3Waits, silenceIn, usualWaits } from "./s3-waits.ts";

/** What all clients have. */
const common: S3ClientConfig = {
  /**
   * WHEN_REQUIRED because the SDK's default bakes the CRC32 of an empty body into presigned part URLs, and S3 then
   * refuses every real body (aws-sdk-js-v3 #6994).
   */
  requestChecksumCalculation: "WHEN_REQUIRED",
  responseChecksumValidation: "WHEN_REQUIRED",
  maxAttempts: 6,
};

/** Where a client's buckets are: in another region, or on a host that is not AWS's. */
export interface S3Place {
  readonly region?: string;
  readonly host?: string;
  readonly pathStyle?: boolean;
  readonly keys?: () => Promise<HostKeys>;
}

const made = (config: S3ClientConfig, waits: S3Waits = usualWaits): S3Client =>
  withBoundedWaits(
    new S3Client({ ...common, ...config, requestHandler: requestHandlerOf(waits) }),
    waits,
    silenceIn(waits),
  );

/** A client for buckets that are somewhere else. Waits for a silent host as long as `waits` says, which is for tests. */
export const s3ClientAt = ({ region, host, pathStyle, keys }: S3Place, waits?: S3Waits): S3Client =>
  made(
    {
      ...(region !== undefined && { region }),
      ...(host !== undefined && { endpoint: host }),
      ...(pathStyle !== undefined && { forcePathStyle: pathStyle }),
      ...(keys && { credentials: keys }),
    },
    waits,
  );

let client: S3Client | undefined;

/** The client of the buckets where the service is: one an environment. */
export function s3Client(): S3Client {
  client ??= made({});
  return client;
}
