import type { SentRequest, Waits } from "../../../aws/bounded-waits.ts";

/** How long an S3 may be silent; all in milliseconds. */
export interface S3Waits extends Waits {
  /** Instead, until it has put the parts of an object together: it goes on with that when nobody waits any more. */
  readonly completeMs: number;
  /** Instead, until it has copied a part by itself. */
  readonly copyMs: number;
}

export const usualWaits: S3Waits = { connectMs: 4000, answerMs: 8000, completeMs: 15_000, copyMs: 60_000 };

/**
 * How long it may be silent, before its answer and within it: S3 begins the answer to a completion or a copy at once and
 * sends white space now and then until it is done (API reference, CompleteMultipartUpload; how often, it does not say).
 */
export const silenceIn =
  (waits: S3Waits) =>
  ({ method, headers, query = {} }: SentRequest): number => {
    if (headers["x-amz-copy-source"] !== undefined) return waits.copyMs;
    return method === "POST" && query.uploadId !== undefined ? waits.completeMs : waits.answerMs;
  };
