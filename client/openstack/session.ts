import type { OutgoingHttpHeaders } from "node:http";
import { isJsonObject } from "../../shared/json-object.ts";
import { API_IDLE_MS, apiRetry } from "../limits.ts";
import { retrying } from "../protocol/retry.ts";
import type { Connections } from "../transfer/connections.ts";
import { exchange } from "../transfer/exchange.ts";
import { ApiRefused, isPassing } from "../transfer/transfer-api.ts";
import { authRequest } from "./auth-request.ts";
import { imageUrlOf, unversioned } from "./catalog.ts";
import { type CloudSettings, ConfigurationError } from "./cloud-settings.ts";
import { identityUrl } from "./identity-url.ts";
import { refusalText } from "./refusal.ts";

/** The identity service did not accept us. */
export class LoginRefused extends Error {}

/** A login to a cloud: where its image service is, and a token for it. */
export interface Session {
  /** Base URL of the Image API, without version and trailing slash. */
  readonly endpoint: string;
  /** Base URL of the identity API v3 that the login came from; undefined without a login. */
  readonly identity: string | undefined;
  /** Id of the project that the login is for, where it is for one. */
  readonly project: string | undefined;
  /**
   * Runs a call with a valid token; when the service answers 401, once more after a new login where one is possible.
   * `signal` ends that login instead of the session's: a clean-up after Ctrl-C may need one.
   */
  withToken<Result>(call: (token: string) => Promise<Result>, signal?: AbortSignal): Promise<Result>;
}

interface LoginParts {
  readonly settings: CloudSettings;
  readonly connections: Connections;
  readonly signal: AbortSignal;
}

const MAX_TOKEN_ANSWER_BYTES = 4 * 1024 * 1024;

/** One POST that hands out a token. Throws LoginRefused, or ExchangeFailed. */
async function askToken(
  url: string,
  payload: { readonly headers: OutgoingHttpHeaders; readonly body?: Buffer },
  { settings, connections, signal }: LoginParts,
) {
  const { host } = new URL(url);
  const answer = await retrying(
    async () => {
      const given = await exchange(connections, {
        method: "POST",
        url: new URL(url),
        idleMs: API_IDLE_MS,
        maxAnswerBytes: MAX_TOKEN_ANSWER_BYTES,
        signal,
        ...payload,
        headers: { accept: "application/json", ...payload.headers },
      });
      if (given.status !== 200 && given.status !== 201) throw new ApiRefused(given);
      return given;
    },
    { policy: apiRetry, isTransient: isPassing, signal, onRetry: connections.onRepeat },
  ).catch((error: unknown) => {
    if (!(error instanceof ApiRefused)) throw error;
    const reason = refusalText(error.answer);
    throw new LoginRefused(`${host} refused the login with ${settings.source}: ${reason}`, { cause: error });
  });
  const token = answer.headers["x-subject-token"];
  if (typeof token !== "string") throw new LoginRefused(`${host} answered the login without a token`);
  return { token, body: answer.body };
}

/** An access token of another identity provider, exchanged for a token that has no scope yet (OS-FEDERATION). */
async function federatedToken(identity: string, parts: LoginParts): Promise<string> {
  const { identity_provider = "", protocol = "", access_token } = parts.settings.auth;
  const [provider, way] = [identity_provider, protocol].map(encodeURIComponent);
  const url = `${identity}/OS-FEDERATION/identity_providers/${provider}/protocols/${way}/auth`;
  return (await askToken(url, { headers: { authorization: `Bearer ${access_token}` } }, parts)).token;
}

async function logIn(identity: string, parts: LoginParts) {
  const { settings } = parts;
  const isFederated = settings.authType === "v3oidcaccesstoken";
  const request = authRequest(
    settings,
    isFederated ? await federatedToken(identity, parts) : settings.auth.token,
  );
  const payload = {
    headers: { "content-type": "application/json" },
    body: Buffer.from(JSON.stringify(request)),
  };
  const { token, body: answered } = await askToken(`${identity}/auth/tokens`, payload, parts);
  const body: unknown = JSON.parse(answered.toString("utf8"));
  const described = isJsonObject(body) && isJsonObject(body.token) ? body.token : {};
  const project = isJsonObject(described.project) ? described.project.id : undefined;
  return {
    token,
    catalog: described.catalog,
    project: typeof project === "string" ? project : undefined,
  };
}

const isUnauthorized = (error: unknown): boolean => error instanceof ApiRefused && error.status === 401;

/** Logs in. Throws LoginRefused, ConfigurationError, or ExchangeFailed. */
export async function openSession(
  settings: CloudSettings,
  connections: Connections,
  signal: AbortSignal,
): Promise<Session> {
  const { imageEndpoint, auth } = settings;
  if (auth.auth_url === undefined) {
    if (imageEndpoint === undefined)
      throw new ConfigurationError(`${settings.source}: the endpoint is missing`);
    // Without any login the service lets everybody in; the header must still be there for some.
    const token = auth.token ?? "notused";
    return {
      endpoint: unversioned(imageEndpoint),
      identity: undefined,
      project: undefined,
      withToken: (call) => call(token),
    };
  }
  const parts = { settings, connections, signal };
  const identity = await identityUrl(settings, connections, signal);
  const first = await logIn(identity, parts);
  let { token } = first;
  let again: Promise<string> | undefined;
  const logInAgain = (own: AbortSignal) => {
    again ??= logIn(identity, { ...parts, signal: own })
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
    identity,
    project: first.project,
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
