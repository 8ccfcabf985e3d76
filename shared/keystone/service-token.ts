import type { Clock } from "../clock.ts";
import type { AskKeystone, KeystoneAnswer } from "./ask-keystone.ts";
import { KeystoneUnavailable } from "./keystone-unavailable.ts";
import {
  type ServiceApplicationCredential,
  type ServiceCredentials,
  type ServiceScope,
  serviceLogin,
} from "./service-credentials.ts";
import { expiryOf } from "./token-expiry.ts";

/** The token with which this service asks about others' tokens. */
export interface ServiceToken {
  /** A token that is still good for a while; concurrent calls share one login. Throws KeystoneUnavailable. */
  get(): Promise<string>;
  /** Keystone does not take this one any more: the next `get` logs in again. */
  discard(token: string): void;
}

export interface ServiceTokenWiring {
  readonly ask: AskKeystone;
  /** Asked at every login, so that a changed password is taken up without a restart. */
  readonly credentials: () => Promise<ServiceCredentials | ServiceApplicationCredential>;
  readonly clock: Clock;
  /** The service's project unless said. */
  readonly scope?: ServiceScope;
}

/** A refused login is not tried again for so long: Keystone may lock an account after some refusals. */
const REFUSED_PAUSE_MS = 10_000;
/** Part of a token's life after which it is renewed. */
const RENEW_AT = 0.9;

/** Asks with the service's own token; one that Keystone does not take any more is renewed once. */
export async function askAsService(
  { ask, service }: { readonly ask: AskKeystone; readonly service: ServiceToken },
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<KeystoneAnswer> {
  const own = await service.get();
  const answer = await ask(path, { headers: { ...headers, "X-Auth-Token": own } });
  if (answer.status !== 401) return answer;
  service.discard(own);
  return ask(path, { headers: { ...headers, "X-Auth-Token": await service.get() } });
}

export function serviceToken({ ask, credentials, clock, scope }: ServiceTokenWiring): ServiceToken {
  let current: { readonly token: string; readonly renewAt: number } | undefined;
  let flight: Promise<string> | undefined;
  let pausedUntil = 0;

  const failure = (cause: unknown) =>
    new KeystoneUnavailable(cause, "This service cannot log in at the identity service.");
  const refused = (cause: unknown): KeystoneUnavailable => {
    pausedUntil = clock().getTime() + REFUSED_PAUSE_MS;
    return failure(cause);
  };

  async function login(): Promise<string> {
    if (clock().getTime() < pausedUntil) throw failure("paused after a refused login");
    const known = await credentials().catch((cause: unknown) => {
      throw refused(cause);
    });
    const { status, subjectToken, body } = await ask("/auth/tokens?nocatalog", {
      headers: {},
      body: serviceLogin(known, scope),
    });
    const expires = expiryOf(body);
    if (status !== 201 || subjectToken === undefined || expires === undefined)
      throw refused(`login: ${status}`);
    const now = clock().getTime();
    current = { token: subjectToken, renewAt: now + (expires - now) * RENEW_AT };
    return subjectToken;
  }

  return {
    get: async () => {
      if (current && clock().getTime() < current.renewAt) return current.token;
      flight ??= login().finally(() => {
        flight = undefined;
      });
      return flight;
    },
    discard: (token) => {
      if (current?.token === token) current = undefined;
    },
  };
}
