import type { OutgoingHttpHeaders } from "node:http";
import { isPassingStatus } from "../protocol/answer-status.ts";
import { type RetryPolicy, retrying } from "../protocol/retry.ts";
import {
  AnswerMisunderstood,
  type OpenedTransfer,
  type PartRequest,
  parseOpened,
  type SignedParts,
  type TransferStatus,
  type TransferView,
} from "../protocol/transfer-answers.ts";
import {
  type Ask,
  type CompletionStatement,
  openRequest,
  type TransferGrant,
  type TransferRequest,
  transferCalls,
} from "../protocol/transfer-calls.ts";
import type { Connections } from "./connections.ts";
import { type Answer, exchange } from "./exchange.ts";
import { ExchangeFailed } from "./exchange-failed.ts";
import { isUnknownPath, NoTransfers } from "./no-transfers.ts";

/** The API answered with something else than success; `headers` and `body` are its own, in the form asked for. */
export class ApiRefused extends Error {
  readonly answer: Answer;
  constructor(answer: Answer) {
    super(`the image API answered ${answer.status}`);
    this.answer = answer;
  }
  get status(): number {
    return this.answer.status;
  }
}

export interface TransferApiOptions {
  /** Base URL of the Image API, any path prefix included. */
  readonly endpoint: string;
  readonly connections: Connections;
  readonly retry: RetryPolicy;
  readonly idleMs: number;
  /** Sent with every call, e.g. Accept (the form of error bodies) and x-openstack-request-id. */
  readonly headers?: OutgoingHttpHeaders;
}

export interface OpenOptions {
  /** The bytes are staged for an import instead of becoming the image's data. */
  readonly stage?: boolean;
  /** Sent along as X-Service-Token. */
  readonly serviceToken?: string | undefined;
  /** Of a PUT that is relayed: whether its client said the size, or its body of any length was found to be empty. */
  readonly announced?: boolean;
  /** The store that the data is to go to. */
  readonly store?: string | undefined;
  /** What the image's signature will be like, which it gets before the completion. */
  readonly signatureFollows?: Readonly<Record<string, string>> | undefined;
}

/**
 * The calls of the transfer API. `tellBroken`, `sign`, `show`, `complete` and `abort` are idempotent and repeated after
 * 429, 5xx and failed connections; `open` is not, and is repeated only when the API surely did nothing. All throw
 * ApiRefused, NoTransfers, ExchangeFailed or the signal's reason.
 */
export interface TransferApi {
  open(
    imageId: string,
    userToken: string,
    size: number | null,
    leaseSeconds: number,
    signal?: AbortSignal,
    options?: OpenOptions,
  ): Promise<OpenedTransfer>;
  /** Tells of an upload that was cut off before it could begin, so that the API refuses a shorter repeat for a while. */
  tellBroken(
    imageId: string,
    userToken: string,
    size: number,
    signal?: AbortSignal,
    options?: OpenOptions,
  ): Promise<void>;
  /** At most 1,000 parts. */
  sign(transfer: TransferGrant, parts: readonly PartRequest[], signal?: AbortSignal): Promise<SignedParts>;
  /** Stored parts with numbers above `marker`, and the state. */
  show(transfer: TransferGrant, marker: number, signal?: AbortSignal): Promise<TransferStatus>;
  /** Everything about the transfer, with the stored parts above `marker`, at most 1,000. */
  view(transfer: TransferGrant, marker: number, signal?: AbortSignal): Promise<TransferView>;
  /** The state after the call: `complete`, or one to poll with `show`. */
  complete(
    transfer: TransferGrant,
    statement: CompletionStatement,
    signal?: AbortSignal,
  ): Promise<TransferStatus["state"]>;
  /** `broken` lets the API refuse a shorter repeat for a while. A transfer that is gone is fine. */
  abort(transfer: TransferGrant, broken: boolean, signal?: AbortSignal): Promise<void>;
}

const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

const isOverload = (error: unknown) => error instanceof ApiRefused && error.status === 429;
const didNothing = (error: unknown, repeats: number) =>
  isOverload(error) ||
  (error instanceof ExchangeFailed && error.kind === "refused" && error.mayPass(repeats));
/** Whether an idempotent call may succeed later, after so many repeats. */
export const isPassing = (error: unknown, repeats = 0): boolean =>
  (error instanceof ExchangeFailed && error.mayPass(repeats)) ||
  (error instanceof ApiRefused && isPassingStatus(error.status));

/** What the answer says. Throws ExchangeFailed for one that is none of the API's. */
function understood<Value>(answer: Answer, parse: (text: string) => Value): Value {
  try {
    return parse(answer.body.toString("utf8"));
  } catch (error) {
    throw error instanceof AnswerMisunderstood ? new ExchangeFailed("broken", error.message) : error;
  }
}

export function createTransferApi(options: TransferApiOptions): TransferApi {
  async function call(
    { method, url, headers: secret, payload }: TransferRequest,
    isTransient: (error: unknown, repeats: number) => boolean,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    const body = payload === undefined ? undefined : Buffer.from(JSON.stringify(payload));
    const headers = {
      ...options.headers,
      ...secret,
      ...(body ? { "content-type": "application/json" } : {}),
    };
    return await retrying(
      async () => {
        const answer = await exchange(options.connections, {
          method,
          url: new URL(url),
          headers,
          idleMs: options.idleMs,
          maxAnswerBytes: MAX_ANSWER_BYTES,
          signal,
          ...(body ? { body } : {}),
        });
        if (isUnknownPath(answer)) throw new NoTransfers();
        if (answer.status < 200 || answer.status > 299) throw new ApiRefused(answer);
        return answer;
      },
      { policy: options.retry, isTransient, signal, onRetry: options.connections.onRepeat },
    );
  }

  const { endpoint } = options;
  /** Of calls that may be repeated. */
  const ask: Ask = async (request, parse, signal) =>
    understood(await call(request, isPassing, signal), parse);
  const on = (transfer: TransferGrant) => transferCalls(endpoint, transfer, ask);
  /** As a user, on whose behalf another service may ask. */
  const asUser = (request: TransferRequest, serviceToken: string | undefined): TransferRequest => {
    if (serviceToken === undefined) return request;
    return { ...request, headers: { ...request.headers, "x-service-token": serviceToken } };
  };

  return {
    open: async (
      imageId,
      token,
      size,
      lease,
      signal,
      { stage = false, announced, store, signatureFollows, serviceToken } = {},
    ) => {
      const flags = { stage: stage || undefined, announced, signature_follows: signatureFollows };
      const payload = { size, lease, store, ...flags };
      const request = asUser(openRequest(endpoint, imageId, token, payload), serviceToken);
      return understood(await call(request, didNothing, signal), parseOpened);
    },
    tellBroken: async (imageId, token, size, signal, { stage = false, serviceToken } = {}) => {
      const payload = { size, broken: true, stage: stage || undefined } as const;
      await call(asUser(openRequest(endpoint, imageId, token, payload), serviceToken), isPassing, signal);
    },
    sign: (transfer, parts, signal) => on(transfer).sign(parts, signal),
    show: (transfer, marker, signal) => on(transfer).show(marker, signal),
    view: (transfer, marker, signal) => on(transfer).view(marker, signal),
    complete: async (transfer, statement, signal) => (await on(transfer).complete(statement, signal)).state,
    abort: async (transfer, broken, signal) => {
      try {
        await on(transfer).abort(broken, signal);
      } catch (error) {
        const isGone = error instanceof ApiRefused && (error.status === 404 || error.status === 410);
        if (!isGone) throw error;
      }
    },
  };
}
