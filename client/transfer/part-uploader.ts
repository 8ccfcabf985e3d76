import { isPartStored, isUrlRefused } from "../protocol/answer-status.ts";
import type { PartUrls } from "../protocol/part-urls.ts";
import { type RetryPolicy, retrying } from "../protocol/retry.ts";
import { storeRefusal } from "../protocol/store-refusal.ts";
import type { Connections } from "./connections.ts";
import { exchange } from "./exchange.ts";
import { ExchangeFailed } from "./exchange-failed.ts";

export interface FilledPart {
  readonly number: number;
  readonly bytes: Buffer;
  readonly md5: Buffer;
}

export interface StoredPart {
  readonly number: number;
  /** MD5, hex, without quotes. */
  readonly etag: string;
}

/** S3 did not store a part. The message carries S3's error code and words, nothing of the URL. */
export class PartFailed extends Error {
  readonly isTransient: boolean;
  constructor(number: number, reason: string, isTransient: boolean, options?: ErrorOptions) {
    super(`part ${number} could not be stored: ${reason}`, options);
    this.isTransient = isTransient;
  }
}

export interface PartUploaderOptions {
  readonly connections: Connections;
  readonly urls: PartUrls;
  readonly retry: RetryPolicy;
  readonly idleMs: number;
  readonly onRetry?: (partNumber: number) => void;
  /** Asked before each slice of a part is sent: milliseconds to wait first. */
  readonly pace?: (partNumber: number, bytes: number) => number;
}

const MAX_ANSWER_BYTES = 64 * 1024;

/**
 * Stores one part with a presigned PUT and proves the transit: Content-MD5 on the way, the ETag compared after it.
 * Repeated after failed connections, 429, 5xx and damage; a refused URL (an expired one) gets one new URL.
 * Throws PartFailed, what signing throws, or the signal's reason.
 */
export const partUploader =
  ({ connections, urls, retry, idleMs, onRetry, pace }: PartUploaderOptions) =>
  async ({ number, bytes, md5 }: FilledPart, signal: AbortSignal): Promise<StoredPart> => {
    let isRenewed = false;

    const put = async (): Promise<StoredPart> => {
      const url = new URL(await urls.take(number, bytes.length));
      const headers = { "content-md5": md5.toString("base64") };
      const call = {
        method: "PUT",
        url,
        headers,
        body: bytes,
        idleMs,
        maxAnswerBytes: MAX_ANSWER_BYTES,
        signal,
        ...(pace ? { pace: (sliceBytes: number) => pace(number, sliceBytes) } : {}),
      };
      const answer = await exchange(connections, call).catch((error: unknown) => {
        throw error instanceof ExchangeFailed
          ? new PartFailed(number, error.message, error.patience !== "none", { cause: error })
          : error;
      });
      if (isPartStored(answer.status)) {
        const etag = answer.headers.etag?.replaceAll('"', "");
        if (etag === md5.toString("hex")) return { number, etag };
        throw new PartFailed(number, "the store's ETag is not the MD5 of the part", true);
      }
      const text = answer.body.toString("utf8");
      const { code, isPassing } = storeRefusal(answer.status, text);
      // Of a failure of the service, for people; a refusal's could repeat parts of the URL.
      const words = answer.status >= 500 ? /<Message>([^<]{1,200})<\/Message>/.exec(text)?.[1] : undefined;
      const said = [code, words].filter(Boolean).join(": ").replace(/\.$/, "");
      const mayRenew = isUrlRefused(answer.status) && !isRenewed;
      if (mayRenew) {
        isRenewed = true;
        urls.drop(number);
      }
      throw new PartFailed(
        number,
        `the store answered ${answer.status} ${said}`.trimEnd(),
        mayRenew || isPassing,
      );
    };

    const stored = await retrying(put, {
      policy: retry,
      isTransient: (error) => error instanceof PartFailed && error.isTransient,
      signal,
      onRetry: (error, next, attempts) => {
        onRetry?.(number);
        connections.onRepeat?.(error, next, attempts);
      },
    });
    urls.drop(number);
    return stored;
  };
