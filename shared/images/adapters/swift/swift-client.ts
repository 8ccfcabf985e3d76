import { retrying } from "../../../aws/retry.ts";
import { KeystoneUnavailable } from "../../../keystone/keystone-unavailable.ts";
import { BlobStoreFailed, StoreFull } from "../../ports/blob-store.ts";
import {
  boundedExchange,
  type SwiftAnswer,
  SwiftSilent,
  type SwiftWaits,
  swiftWaits,
} from "./bounded-exchange.ts";
import type { SwiftLogin } from "./swift-login.ts";

export interface SwiftRequest {
  /** What is done, for errors. */
  readonly what: string;
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  /** Container and object, unescaped; nothing: the account. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Statuses that are answers to the caller's question, besides those of success. */
  readonly answers?: readonly number[];
  /** Longest answer that is read; a longer one is a failure. */
  readonly maxBytes?: number;
  /** What takes its time; all else is answered at once. */
  readonly takes?: "completeMs" | "copyMs";
}

/** Throws StoreFull for a quota that is used up, BlobStoreFailed for every other status that the request does not name. */
export type SwiftClient = (request: SwiftRequest) => Promise<SwiftAnswer>;

const MAX_ANSWER_BYTES = 16 * 1024 ** 2;
/** Nothing is repeated later than this after the first try: the caller has a deadline too. */
const PATIENCE_MS = 12_000;

/** Of more than this it is not known how long Swift takes for it. */
const SMALL_BYTES = 1024 ** 2;

/** Overloaded, throttling (498 is Swift's own: middleware ratelimit), or failing; 422: damaged on the way. */
const isPassing = (status: number): boolean => status >= 500 || [408, 422, 429, 498].includes(status);

class SwiftAnswered extends Error {
  readonly status: number;
  constructor(status: number, text: string) {
    super(`Swift answered ${status} ${text}`.trimEnd());
    this.status = status;
  }
}

/** Object names may hold slashes, which stay as they are. */
export const escapedPath = (path: readonly string[]): string =>
  path.map((part) => part.split("/").map(encodeURIComponent).join("/")).join("/");

/**
 * Calls of Swift's API in the service's account: bounded in time and size, without redirects (they would carry the
 * token along), repeated while the failure passes by itself, with a new token once when the old one is refused. `waits`
 * is for tests.
 */
export function swiftClient(login: SwiftLogin, waits: SwiftWaits = swiftWaits): SwiftClient {
  async function exchange(request: SwiftRequest, token: string): Promise<SwiftAnswer> {
    const { method, path, query, headers, body, maxBytes = MAX_ANSWER_BYTES, takes = "answerMs" } = request;
    const search = query ? `?${new URLSearchParams(query)}` : "";
    const init = {
      method,
      headers: {
        Accept: "application/json",
        "Accept-Encoding": "identity",
        ...headers,
        "X-Auth-Token": token,
      },
      ...(body && { body: body as Uint8Array<ArrayBuffer> }),
    };
    return boundedExchange(`${await login.account()}/${escapedPath(path)}${search}`, {
      ...{ init, maxBytes, silentMs: waits[takes] },
      isQuick: takes === "answerMs" && (body?.length ?? 0) <= SMALL_BYTES,
    });
  }

  async function once(request: SwiftRequest): Promise<SwiftAnswer> {
    const token = await login.token();
    let answer = await exchange(request, token);
    if (answer.status === 401) {
      login.discard(token);
      answer = await exchange(request, await login.token());
    }
    const { status } = answer;
    if ((status >= 200 && status < 300) || request.answers?.includes(status)) return answer;
    throw new SwiftAnswered(status, Buffer.from(answer.body.subarray(0, 300)).toString());
  }

  return async (request) => {
    const began = performance.now();
    let silences = 0;
    const isWorthwhile = (error: unknown): boolean => {
      if (error instanceof SwiftSilent) return error.isQuick && ++silences === 1;
      if (performance.now() - began >= PATIENCE_MS) return false;
      // fetch calls every loss of a connection a TypeError.
      return error instanceof SwiftAnswered ? isPassing(error.status) : error instanceof TypeError;
    };
    try {
      return await retrying(() => once(request), isWorthwhile);
    } catch (cause) {
      // By the middlewares account_quotas and container_quotas.
      if (cause instanceof SwiftAnswered && cause.status === 413)
        throw new StoreFull("The image store is full. Delete images from it, or choose another store.", {
          cause,
        });
      // A login that is not possible yet says why, whoever has asked for it.
      for (let why = cause; why instanceof Error; why = why.cause)
        if (why instanceof BlobStoreFailed) throw why;
      if (cause instanceof KeystoneUnavailable)
        throw new BlobStoreFailed(`The image store cannot be used now. ${cause.message}`, { cause });
      throw new BlobStoreFailed(
        `The image store does not answer as it should (${request.what}); try again later.`,
        { cause },
      );
    }
  };
}
