import type { OutgoingHttpHeaders } from "node:http";
import type { Connections } from "./connections.ts";
import { type Answer, exchange } from "./exchange.ts";
import { ExchangeFailed } from "./exchange-failed.ts";
import { isUnknownPath, NoTransfers } from "./no-transfers.ts";
import { type RetryPolicy, retrying } from "./retry.ts";
import {
  type OpenedTransfer,
  type PartRequest,
  parseOpened,
  parseSigned,
  parseStatus,
  parseView,
  type SignedParts,
  type TransferStatus,
  type TransferView,
} from "./transfer-answers.ts";

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

/** What one transfer is addressed and authorised with. `token` is a secret: header only, never logged. */
export interface TransferGrant {
  readonly imageId: string;
  readonly id: string;
  readonly token: string;
}

/** What the uploader says about the whole image. Hashes are hex; without them the service computes its own. */
export interface CompletionStatement {
  readonly size: number;
  readonly checksum?: string;
  readonly os_hash_algo?: "sha512";
  readonly os_hash_value?: string;
  readonly parts?: readonly { readonly number: number; readonly etag: string }[];
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
  isOverload(error) ||
  (error instanceof ExchangeFailed && error.mayPass(repeats)) ||
  (error instanceof ApiRefused && error.status >= 500);

export function createTransferApi(options: TransferApiOptions): TransferApi {
  const transfersUrl = (imageId: string) =>
    `${options.endpoint}/v2/images/${encodeURIComponent(imageId)}/transfers`;

  async function call(
    method: string,
    url: string,
    authorization: OutgoingHttpHeaders,
    payload: unknown,
    isTransient: (error: unknown, repeats: number) => boolean,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    const body = payload === undefined ? undefined : Buffer.from(JSON.stringify(payload));
    const headers = {
      ...options.headers,
      ...authorization,
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

  const asUser = (userToken: string, serviceToken: string | undefined): OutgoingHttpHeaders => ({
    "x-auth-token": userToken,
    ...(serviceToken === undefined ? {} : { "x-service-token": serviceToken }),
  });

  const onTransfer = (
    method: string,
    transfer: TransferGrant,
    rest: string,
    payload: unknown,
    signal: AbortSignal | undefined,
  ) =>
    call(
      method,
      `${transfersUrl(transfer.imageId)}/${encodeURIComponent(transfer.id)}${rest}`,
      { "x-image-transfer-token": transfer.token },
      payload,
      isPassing,
      signal,
    );

  return {
    open: async (imageId, userToken, size, leaseSeconds, signal, options = {}) => {
      const { stage = false, announced, serviceToken } = options;
      const said = { ...(stage ? { stage } : {}), ...(announced === undefined ? {} : { announced }) };
      const payload = { size, lease: leaseSeconds, ...said };
      const authorization = asUser(userToken, serviceToken);
      return parseOpened(
        await call("POST", transfersUrl(imageId), authorization, payload, didNothing, signal),
      );
    },
    tellBroken: async (imageId, userToken, size, signal, { stage = false, serviceToken } = {}) => {
      const payload = { size, broken: true, ...(stage ? { stage } : {}) };
      const authorization = asUser(userToken, serviceToken);
      await call("POST", transfersUrl(imageId), authorization, payload, isPassing, signal);
    },
    sign: async (transfer, parts, signal) =>
      parseSigned(await onTransfer("POST", transfer, "/parts", { parts }, signal)),
    show: async (transfer, marker, signal) =>
      parseStatus(await onTransfer("GET", transfer, `?marker=${marker}`, undefined, signal)),
    view: async (transfer, marker, signal) =>
      parseView(await onTransfer("GET", transfer, `?marker=${marker}`, undefined, signal)),
    complete: async (transfer, statement, signal) =>
      parseStatus(await onTransfer("POST", transfer, "/complete", statement, signal)).state,
    abort: async (transfer, broken, signal) => {
      try {
        await onTransfer("DELETE", transfer, `?broken=${broken}`, undefined, signal);
      } catch (error) {
        const isGone = error instanceof ApiRefused && (error.status === 404 || error.status === 410);
        if (!isGone) throw error;
      }
    },
  };
}
