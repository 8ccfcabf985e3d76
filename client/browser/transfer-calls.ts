import type { PartRequest, SignedParts, TransferStatus } from "../transfer/transfer-answers.ts";
import { type RetryPolicy, retrying } from "./retry.ts";
import {
  type OpenedTransfer,
  parseOpened,
  parsePage,
  parseSigned,
  refusalText,
  type StoredPart,
  type TransferKey,
} from "./transfer-answers.ts";
import { UploadInterrupted, UploadRefused } from "./upload-errors.ts";

/** What the uploader says about the whole image. Hashes are hex. */
export interface ImageStatement {
  readonly size: number;
  readonly checksum: string;
  readonly os_hash_algo: "sha512";
  readonly os_hash_value: string;
  readonly parts: readonly { readonly number: number; readonly etag: string }[];
}

export interface TransferSnapshot extends TransferStatus {
  readonly partBytes: number;
  /** By part number. */
  readonly stored: ReadonlyMap<number, StoredPart>;
}

/** A little more than API Gateway's own 29 s. */
const ANSWER_MS = 35_000;
const policy: RetryPolicy = { attempts: 6, baseMs: 200, capMs: 5000 };
const once: RetryPolicy = { ...policy, attempts: 1 };
/** Above every part number: the answer is the state alone. */
const NO_PARTS = 10_000;

/** One call, tried as often as `tries` says. Throws UploadRefused, UploadInterrupted or the signal's reason. */
function call(
  method: string,
  url: string,
  secret: Readonly<Record<string, string>>,
  payload: unknown,
  signal: AbortSignal,
  tries = policy,
): Promise<string> {
  const run = async (): Promise<string> => {
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, {
        method,
        headers: { ...secret, Accept: "application/json", "Content-Type": "application/json" },
        body: payload === undefined ? null : JSON.stringify(payload),
        credentials: "omit",
        cache: "no-store",
        // The headers carry secrets: they go to the endpoint and nowhere else.
        redirect: "error",
        referrerPolicy: "no-referrer",
        signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
      });
      text = await response.text();
    } catch (error) {
      signal.throwIfAborted();
      throw new UploadInterrupted("the image API cannot be reached", { cause: error });
    }
    if (response.ok) return text;
    const reason = refusalText(text);
    if (response.status === 429 || response.status >= 500) {
      throw new UploadInterrupted(reason || `the image API answered ${response.status}`);
    }
    throw new UploadRefused(response.status, reason);
  };
  return retrying(run, tries, signal);
}

const transfersUrl = (endpoint: string, imageId: string): string =>
  `${endpoint.replace(/\/+$/, "")}/v2/images/${encodeURIComponent(imageId)}/transfers`;

export interface Opening {
  /** Base URL of the Image API, any path prefix included. */
  readonly endpoint: string;
  /** The caller's login, sent in a header of this one call. */
  readonly token: string;
  readonly imageId: string;
  readonly size: number;
  /** Seconds the transfer lives after its last use; undefined: as long as the service allows. */
  readonly leaseSeconds: number | undefined;
}

/**
 * Opens a transfer. Never repeated: it may exist though its answer was lost. For the same reason nothing ends this
 * call: a transfer whose token never arrived could not be aborted.
 */
export async function openTransfer(opening: Opening): Promise<OpenedTransfer> {
  const { endpoint, token, imageId, size, leaseSeconds: lease } = opening;
  const payload = { size, ...(lease === undefined ? {} : { lease }) };
  const never = new AbortController().signal;
  const url = transfersUrl(endpoint, imageId);
  return parseOpened(await call("POST", url, { "X-Auth-Token": token }, payload, never, once));
}

/** The calls of one transfer; all of them may be repeated, and are. They throw what `call` throws. */
export function transferCalls(endpoint: string, imageId: string, transfer: TransferKey) {
  const url = `${transfersUrl(endpoint, imageId)}/${encodeURIComponent(transfer.id)}`;
  const secret = { "X-Image-Transfer-Token": transfer.token };
  const look = async (marker: number, signal: AbortSignal) =>
    parsePage(await call("GET", `${url}?marker=${marker}`, secret, undefined, signal));

  return {
    /** At most 1,000 parts. */
    sign: async (parts: readonly PartRequest[], signal: AbortSignal): Promise<SignedParts> =>
      parseSigned(await call("POST", `${url}/parts`, secret, { parts }, signal)),

    state: (signal: AbortSignal): Promise<TransferStatus> => look(NO_PARTS, signal),

    /** The state and all that is stored. */
    show: async (signal: AbortSignal): Promise<TransferSnapshot> => {
      const stored = new Map<number, StoredPart>();
      for (let marker: number | undefined = 0; ; ) {
        const { parts, nextMarker, ...status } = await look(marker, signal);
        for (const part of parts) stored.set(part.number, part);
        // A marker that does not grow would never end.
        if (nextMarker === undefined || nextMarker <= marker) return { ...status, stored };
        marker = nextMarker;
      }
    },

    /** The state after the call: `complete`, or one to look at again. */
    complete: async (statement: ImageStatement, signal: AbortSignal): Promise<TransferStatus["state"]> =>
      parsePage(await call("POST", `${url}/complete`, secret, statement, signal)).state,

    /** Gives the image free. Throws UploadRefused with 409 when the transfer is already completing. */
    abort: async (signal: AbortSignal): Promise<void> => {
      await call("DELETE", `${url}?broken=false`, secret, undefined, signal);
    },
  };
}

export type TransferCalls = ReturnType<typeof transferCalls>;
