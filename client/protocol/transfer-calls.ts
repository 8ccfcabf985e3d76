import {
  type PartRequest,
  parseSigned,
  parseStatus,
  parseView,
  type SignedParts,
  type TransferStatus,
  type TransferView,
} from "./transfer-answers.ts";

/** What a known transfer is authorised with. `token` is a secret: header only, never logged. */
export interface TransferKey {
  readonly id: string;
  readonly token: string;
}

/** What one transfer is addressed and authorised with. */
export interface TransferGrant extends TransferKey {
  readonly imageId: string;
}

/** What the uploader says about the whole image. Hashes are hex; without them the service computes its own. */
export interface CompletionStatement {
  readonly size: number;
  readonly checksum?: string;
  readonly os_hash_algo?: "sha512";
  readonly os_hash_value?: string;
  readonly parts?: readonly { readonly number: number; readonly etag: string }[];
}

/** A call of the transfer API, before anything is sent. */
export interface TransferRequest {
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: string;
  /** Secrets: they go to the endpoint and nowhere else. */
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly payload?: unknown;
}

/** Above every part number: the answer to a look from there is the state alone, without a list of parts. */
export const NO_PARTS = 10_000;

const transfersUrl = (endpoint: string, imageId: string): string =>
  `${endpoint.replace(/\/+$/, "")}/v2/images/${encodeURIComponent(imageId)}/transfers`;

export interface Opening {
  /** Null when it is unknown. */
  readonly size: number | null;
  /** Seconds the transfer lives after its last use; the service may give less. */
  readonly lease?: number | undefined;
  readonly stage?: true | undefined;
  readonly announced?: boolean | undefined;
  /** The store that the data is to go to; the service's default one without. */
  readonly store?: string | undefined;
  readonly signature_follows?: Readonly<Record<string, string>> | undefined;
  /** Nothing is opened: the API is told of an upload that was cut off before it could begin. */
  readonly broken?: true | undefined;
}

/** Opens a transfer, as the user whose login the token is. `endpoint` is the API's base URL, any path prefix included. */
export const openRequest = (
  endpoint: string,
  imageId: string,
  token: string,
  payload: Opening,
): TransferRequest => ({
  method: "POST",
  url: transfersUrl(endpoint, imageId),
  headers: { "x-auth-token": token },
  payload,
});

/** Sends a call as often as that may help, and resolves to what `parse` finds in the answer's text. */
export type Ask = <Value>(
  request: TransferRequest,
  parse: (text: string) => Value,
  signal: AbortSignal | undefined,
) => Promise<Value>;

/** The calls of one transfer. All may be repeated. They throw what `ask` throws. */
export function transferCalls(endpoint: string, { imageId, id, token }: TransferGrant, ask: Ask) {
  const url = `${transfersUrl(endpoint, imageId)}/${encodeURIComponent(id)}`;
  const headers = { "x-image-transfer-token": token };
  const call = <Value>(
    method: TransferRequest["method"],
    rest: string,
    parse: (text: string) => Value,
    signal: AbortSignal | undefined,
    payload?: unknown,
  ) => ask({ method, url: url + rest, headers, payload }, parse, signal);

  return {
    /** At most 1,000 parts. */
    sign: (parts: readonly PartRequest[], signal?: AbortSignal): Promise<SignedParts> =>
      call("POST", "/parts", parseSigned, signal, { parts }),
    show: (marker: number, signal?: AbortSignal): Promise<TransferStatus> =>
      call("GET", `?marker=${marker}`, parseStatus, signal),
    /** The same with all that is known, and the stored parts with numbers above `marker`, at most 1,000. */
    view: (marker: number, signal?: AbortSignal): Promise<TransferView> =>
      call("GET", `?marker=${marker}`, parseView, signal),
    /** The state after it: `complete`, or one to look at again. */
    complete: (statement: CompletionStatement, signal?: AbortSignal): Promise<TransferStatus> =>
      call("POST", "/complete", parseStatus, signal, statement),
    /** `broken` lets the API refuse a shorter repeat for a while. */
    abort: (broken: boolean, signal?: AbortSignal): Promise<void> =>
      call("DELETE", `?broken=${broken}`, () => undefined, signal),
  };
}
