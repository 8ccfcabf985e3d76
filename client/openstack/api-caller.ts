import { isJsonObject } from "../../shared/json-object.ts";
import { API_IDLE_MS, apiRetry } from "../limits.ts";
import { retrying } from "../protocol/retry.ts";
import type { Connections } from "../transfer/connections.ts";
import { type Answer, exchange } from "../transfer/exchange.ts";
import { ApiRefused, isPassing } from "../transfer/transfer-api.ts";
import type { Session } from "./session.ts";

const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

export interface CallOptions {
  /** Of the payload; JSON unless given. */
  readonly type?: string;
  /** Besides those that all have. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of the command's own: a clean-up goes on after Ctrl-C. */
  readonly signal?: AbortSignal;
}

export type ApiCaller = (
  method: string,
  path: string,
  payload?: unknown,
  options?: CallOptions,
) => Promise<Answer>;

/**
 * Calls of one API with the session's token, repeated while that may help. Throws ApiRefused for every answer from
 * 400 on, ExchangeFailed, or the signal's reason.
 */
export const apiCaller =
  (session: Session, base: string, connections: Connections, signal: AbortSignal): ApiCaller =>
  (method, path, payload, { type = "application/json", headers = {}, signal: own = signal } = {}) => {
    const body = payload === undefined ? undefined : Buffer.from(JSON.stringify(payload));
    return session.withToken(
      (token) =>
        retrying(
          async () => {
            const answer = await exchange(connections, {
              method,
              url: new URL(`${base}${path}`),
              headers: {
                accept: "application/json",
                "x-auth-token": token,
                ...(body ? { "content-type": type } : {}),
                ...headers,
              },
              idleMs: API_IDLE_MS,
              maxAnswerBytes: MAX_ANSWER_BYTES,
              signal: own,
              ...(body ? { body } : {}),
            });
            if (answer.status >= 400) throw new ApiRefused(answer);
            return answer;
          },
          { policy: apiRetry, isTransient: isPassing, signal: own, onRetry: connections.onRepeat },
        ),
      own,
    );
  };

/** An answer's JSON object. Throws Error for anything else. */
export function objectOf(answer: Answer): Record<string, unknown> {
  const value: unknown = JSON.parse(answer.body.toString("utf8"));
  if (!isJsonObject(value)) throw misunderstood();
  return value;
}

export const misunderstood = () => new Error("the service's answer was not understood");
