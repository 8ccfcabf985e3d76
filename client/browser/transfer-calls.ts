import { isPassingStatus } from "../protocol/answer-status.ts";
import { refusalMessage } from "../protocol/refusal-message.ts";
import { type RetryPolicy, retrying } from "../protocol/retry.ts";
import { storedParts } from "../protocol/stored-parts.ts";
import {
  AnswerMisunderstood,
  type ListedPart,
  parseOpened,
  type TransferStatus,
} from "../protocol/transfer-answers.ts";
import {
  openRequest,
  type TransferKey,
  type TransferRequest,
  transferCalls,
} from "../protocol/transfer-calls.ts";
import { UploadInterrupted, UploadRefused } from "./upload-errors.ts";

export interface TransferSnapshot extends TransferStatus {
  /** Bytes of each part but the last. */
  readonly partBytes: number;
  /** By part number. */
  readonly stored: ReadonlyMap<number, ListedPart>;
}

/** A little more than API Gateway's own 29 s. */
const ANSWER_MS = 35_000;
const policy: RetryPolicy = { attempts: 6, baseMs: 200, capMs: 5000 };
/** Messages are shown in a page: Glance's own markup is not. */
const reasonIn = (text: string): string => (refusalMessage(text) ?? "").replace(/<br \/>/g, "").trim();

/**
 * One call, tried so many times at most, and what its answer says. Throws UploadRefused, UploadInterrupted or the
 * signal's reason.
 */
async function ask<Value>(
  { method, url, headers, payload }: TransferRequest,
  parse: (text: string) => Value,
  signal: AbortSignal | undefined,
  attempts = policy.attempts,
): Promise<Value> {
  const run = async (): Promise<string> => {
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, {
        method,
        headers: { ...headers, Accept: "application/json", "Content-Type": "application/json" },
        body: payload === undefined ? null : JSON.stringify(payload),
        credentials: "omit",
        cache: "no-store",
        // The headers carry secrets: they go to the endpoint and nowhere else.
        redirect: "error",
        referrerPolicy: "no-referrer",
        signal: AbortSignal.any([...(signal ? [signal] : []), AbortSignal.timeout(ANSWER_MS)]),
      });
      text = await response.text();
    } catch (error) {
      signal?.throwIfAborted();
      throw new UploadInterrupted("the image API cannot be reached", { cause: error });
    }
    if (response.ok) return text;
    const reason = reasonIn(text);
    if (isPassingStatus(response.status)) {
      throw new UploadInterrupted(reason || `the image API answered ${response.status}`);
    }
    throw new UploadRefused(response.status, reason);
  };
  const text = await retrying(run, { policy: { ...policy, attempts }, isTransient: isInterruption, signal });
  try {
    return parse(text);
  } catch (error) {
    throw error instanceof AnswerMisunderstood ? new UploadInterrupted(error.message) : error;
  }
}

/** Whether it may help to try again. */
export const isInterruption = (error: unknown): boolean => error instanceof UploadInterrupted;

/** Never null for a transfer whose size was announced, and ours announce it. Throws UploadInterrupted. */
export function knownPartBytes(partBytes: number | null): number {
  if (partBytes === null) throw new UploadInterrupted(new AnswerMisunderstood("part_size").message);
  return partBytes;
}

export interface NewTransfer {
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
export const openTransfer = ({ endpoint, token, imageId, size, leaseSeconds: lease }: NewTransfer) =>
  ask(openRequest(endpoint, imageId, token, { size, lease }), parseOpened, undefined, 1);

/** The state of a transfer and all that is stored of it. Throws what its calls throw. */
export async function snapshotOf(calls: TransferCalls, signal: AbortSignal): Promise<TransferSnapshot> {
  const { view, stored } = await storedParts((marker) => calls.view(marker, signal));
  return { ...view, partBytes: knownPartBytes(view.partSize), stored };
}

/** The calls of one transfer; all of them may be repeated, and are. They throw what `ask` throws. */
export const callsOf = (endpoint: string, imageId: string, key: TransferKey) =>
  transferCalls(endpoint, { imageId, ...key }, ask);

export type TransferCalls = ReturnType<typeof callsOf>;
