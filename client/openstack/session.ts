import { API_IDLE_MS, apiRetry } from "../limits.ts";
import type { Connections } from "../transfer/connections.ts";
import { exchange } from "../transfer/exchange.ts";
import { retrying } from "../transfer/retry.ts";
import { ApiRefused, isPassing } from "../transfer/transfer-api.ts";
import { authRequest } from "./auth-request.ts";
import { imageUrlOf, unversioned } from "./catalog.ts";
import { type CloudSettings, ConfigurationError } from "./cloud-settings.ts";
import { isMapping } from "./config-files.ts";
import { refusalText } from "./refusal.ts";

/** The identity service did not accept us. */
export class LoginRefused extends Error {}

/** A login to a cloud: where its image service is, and a token for it. */
export interface Session {
  /** Base URL of the Image API, without version and trailing slash. */
  readonly endpoint: string;
  /**
   * Runs a call with a valid token; when the service answers 401, once more after a new login where one is possible.
   * `signal` ends that login instead of the session's: a clean-up after Ctrl-C may need one.
   */
  withToken<Result>(call: (token: string) => Promise<Result>, signal?: AbortSignal): Promise<Result>;
}

const MAX_TOKEN_ANSWER_BYTES = 4 * 1024 * 1024;

/** `…/v3/auth/tokens` for any form in which identity endpoints are given. */
const tokensUrl = (authUrl: string): URL => new URL(`${unversioned(authUrl)}/v3/auth/tokens`);

async function logIn(settings: CloudSettings, connections: Connections, signal: AbortSignal) {
  const url = tokensUrl(settings.auth.auth_url ?? "");
  const answer = await retrying(
    async () => {
      const given = await exchange(connections, {
        method: "POST",
        url,
        headers: { "content-type": "application/json", accept: "application/json" },
        body: Buffer.from(JSON.stringify(authRequest(settings))),
        idleMs: API_IDLE_MS,
        maxAnswerBytes: MAX_TOKEN_ANSWER_BYTES,
        signal,
      });
      if (given.status !== 200 && given.status !== 201) throw new ApiRefused(given);
      return given;
    },
    { policy: apiRetry, isTransient: isPassing, signal, onRetry: connections.onRepeat },
  ).catch((error: unknown) => {
    if (!(error instanceof ApiRefused)) throw error;
    const reason = refusalText(error.answer);
    throw new LoginRefused(`${url.host} refused the login with ${settings.source}: ${reason}`, {
      cause: error,
    });
  });
  const token = answer.headers["x-subject-token"];
  if (typeof token !== "string") throw new LoginRefused(`${url.host} answered the login without a token`);
  const body: unknown = JSON.parse(answer.body.toString("utf8"));
  const catalog = isMapping(body) && isMapping(body.token) ? body.token.catalog : undefined;
  return { token, catalog };
}

const isUnauthorized = (error: unknown): boolean => error instanceof ApiRefused && error.status === 401;

/** Logs in. Throws LoginRefused, ConfigurationError, or ExchangeFailed. */
export async function openSession(
  settings: CloudSettings,
  connections: Connections,
  signal: AbortSignal,
): Promise<Session> {
  const { kind, imageEndpoint, auth } = settings;
  if (kind === "fixed token") {
    if (imageEndpoint === undefined)
      throw new ConfigurationError(`${settings.source}: the endpoint is missing`);
    // Without any login the service lets everybody in; the header must still be there for some.
    const token = auth.token ?? "notused";
    return { endpoint: unversioned(imageEndpoint), withToken: (call) => call(token) };
  }
  const first = await logIn(settings, connections, signal);
  let { token } = first;
  let again: Promise<string> | undefined;
  const logInAgain = (own: AbortSignal) => {
    again ??= logIn(settings, connections, own)
      .then((answer) => {
        token = answer.token;
        return token;
      })
      .finally(() => {
        again = undefined;
      });
    return again;
  };
  return {
    endpoint: unversioned(imageEndpoint ?? imageUrlOf(first.catalog, settings)),
    withToken: async (call, own = signal) => {
      const used = token;
      try {
        return await call(used);
      } catch (error) {
        if (!isUnauthorized(error)) throw error;
        // Another call may have found out first, and logged in or be about to.
        return call(token === used ? await logInAgain(own) : token);
      }
    },
  };
}
