import type { Caller } from "../caller.ts";
import type { Route } from "./route.ts";

/** A request as operations see it: no API Gateway in it. */
export interface ApiRequest {
  readonly method: string;
  /** Path without a stage or base path before it, percent-encoded as the client sent it. */
  readonly path: string;
  /** The matched route; undefined for a method or path that is in no route. */
  readonly route: Route | undefined;
  /** Route path of the gateway's match, also where the method has no route. */
  readonly resource: string;
  /** Path parameters, percent-decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** A path parameter is no percent-encoded UTF-8: there are none then, and the request is refused. */
  readonly unreadablePath?: true;
  readonly query: URLSearchParams;
  /** Names in lower case; of a repeated header the values are joined with a comma. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  readonly requestId: string;
  /** Absolute base URL that this client uses, with any stage prefix, without a trailing slash. */
  readonly publicUrl: string;
  /** Address of whoever opened the connection to the gateway: a client or a proxy; empty when it names none. */
  readonly sourceIp: string;
  /** Undefined on public routes and where a transfer token stands in for a login. */
  readonly caller: Caller | undefined;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is sent as it is, anything else as JSON. */
  readonly body?: unknown;
  /** Goes into the log, not to the client. */
  readonly warning?: string;
}

export type ApiOperation = (request: ApiRequest) => Promise<ApiResponse>;

export const ok = (body: unknown, headers: Readonly<Record<string, string>> = {}): ApiResponse => ({
  status: 200,
  headers,
  body,
});

export const noContent: ApiResponse = { status: 204 };
