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

/** S3 answered 403: most likely the URL has expired. */
export class UrlRefused extends UploadInterrupted {}

/** Longest time without a byte in either direction. */
const IDLE_MS = 60_000;
/** Refusals that a repeat can mend although they are 4xx: damage or a stall on the way (S3's error codes). */
const passingCodes = new Set(["RequestTimeout", "BadDigest", "IncompleteBody"]);

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
      if (request.status !== 200) reject(refusal(request));
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
  const code = /<Code>(\w+)<\/Code>/.exec(responseText)?.[1] ?? "";
  const reason = `a part could not be stored: the store answered ${status} ${code}`.trimEnd();
  if (status === 403) return new UrlRefused(reason);
  const isPassing = status === 429 || status >= 500 || passingCodes.has(code);
  return isPassing ? new UploadInterrupted(reason) : new UploadRefused(status, reason);
}
