import { isPartStored, isUrlRefused } from "../protocol/answer-status.ts";
import { storeRefusal } from "../protocol/store-refusal.ts";
import { UploadInterrupted, UploadRefused } from "./upload-errors.ts";

export interface PartPut {
  readonly url: string;
  readonly bytes: Blob;
  readonly md5: PartMd5;
  readonly signal: AbortSignal;
  /** Bytes of this part that have left so far. */
  readonly onSent: (bytes: number) => void;
}

export interface PartMd5 {
  readonly hex: string;
  readonly base64: string;
}

/** The store refused the URL: most likely it has expired. */
export class UrlRefused extends UploadInterrupted {}

/** Longest time without a byte in either direction. */
const IDLE_MS = 60_000;

/**
 * One presigned PUT, and the proof of its transit: Content-MD5 on the way, the ETag compared after it. Resolves to the
 * ETag. Throws UploadInterrupted, UploadRefused or the signal's reason; messages hold nothing of the URL.
 *
 * XMLHttpRequest, because fetch does not tell how much of a body has been sent.
 */
export function putPart({ url, bytes, md5, signal, onSent }: PartPut): Promise<string> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    let timer = 0;
    const interrupted = (reason: string) => new UploadInterrupted(`a part could not be stored: ${reason}`);
    const stop = (reason: unknown) => {
      reject(reason);
      request.abort();
    };
    const onAbort = () => stop(signal.reason);
    const alive = () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => stop(interrupted("the store is silent")), IDLE_MS);
    };

    request.open("PUT", url);
    request.setRequestHeader("Content-MD5", md5.base64);
    request.upload.onprogress = ({ loaded }) => {
      alive();
      onSent(loaded);
    };
    request.onload = () => {
      const etag = request.getResponseHeader("ETag")?.replaceAll('"', "");
      if (!isPartStored(request.status)) reject(refusal(request));
      else if (etag !== md5.hex) reject(interrupted("the store's ETag is not the MD5 of the part"));
      else resolve(etag);
    };
    request.onerror = () => reject(interrupted("the connection broke"));
    request.onloadend = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    };
    signal.addEventListener("abort", onAbort);
    alive();
    request.send(bytes);
  });
}

function refusal({ status, responseText }: XMLHttpRequest): Error {
  const { code, isPassing } = storeRefusal(status, responseText);
  const reason = `a part could not be stored: the store answered ${status} ${code}`.trimEnd();
  if (isUrlRefused(status)) return new UrlRefused(reason);
  return isPassing ? new UploadInterrupted(reason) : new UploadRefused(status, reason);
}
