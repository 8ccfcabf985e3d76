import { createHash } from "node:crypto";
import type { Caller } from "../../../caller.ts";
import type { Clock } from "../../../clock.ts";
import { Unauthorized } from "../../../errors.ts";
import { ExpiringCache } from "../../../expiring-cache.ts";
import type { TokenVerifier } from "../../../http/token-verifier.ts";
import type { AskKeystone } from "../../../keystone/ask-keystone.ts";
import { KeystoneUnavailable } from "../../../keystone/keystone-unavailable.ts";
import { askAsService, type ServiceToken } from "../../../keystone/service-token.ts";
import { callerOfToken } from "./validated-token.ts";

export interface KeystoneVerifierWiring {
  readonly ask: AskKeystone;
  readonly service: ServiceToken;
  readonly clock: Clock;
  /** Longest time an answer of Keystone's is good for: so long a revoked token may still pass. */
  readonly cacheSeconds: number;
}

/**
 * Fernet tokens have some 200 characters, JWS some 1,000. uWSGI hangs up on more than 4,096 bytes of headers by
 * default, which looks as if Keystone were away: nobody may bring that about with a long token.
 */
const MAX_TOKEN_LENGTH = 2500;
const MAX_REMEMBERED = 1000;
/** A "no" is remembered so long at most: the token may have been issued by another node a moment ago. */
const INVALID_SECONDS = 10;
/** keystonemiddleware, `service_token_roles`: with it a service may finish work for a login that has expired. */
const SERVICE_ROLE = "service";
/** Anything else is no token, and no header value either. */
const tokenForm = /^[\x21-\x7e]+$/;

/**
 * Callers by asking a Keystone (v3) about their tokens, of whatever kind they are. Answers are remembered in memory
 * under the tokens' hashes; concurrent questions about one token are one. Tokens of application credentials with
 * access rules are refused: Keystone shows them only to services that say they keep those rules.
 */
export function keystoneTokenVerifier(wiring: KeystoneVerifierWiring): TokenVerifier {
  const { ask, service, clock, cacheSeconds } = wiring;
  const valid = new ExpiringCache<Caller>(MAX_REMEMBERED, clock);
  // Apart, so that a flood of invented tokens does not push the good ones out.
  const invalid = new ExpiringCache<true>(MAX_REMEMBERED, clock);
  const flights = new Map<string, Promise<Caller>>();
  const inSeconds = (seconds: number): number => clock().getTime() + seconds * 1000;

  async function validate(key: string, token: string, allowExpired: boolean): Promise<Caller> {
    const path = `/auth/tokens?nocatalog${allowExpired ? "&allow_expired=1" : ""}`;
    const { status, body } = await askAsService({ ask, service }, path, { "X-Subject-Token": token });
    const caller = status === 200 ? callerOfToken(body) : undefined;
    // A 401 is about our own token, a 403 about our own rights: no verdict on the caller's.
    if (!caller && status !== 404) throw new KeystoneUnavailable(`validation: ${status}`);
    const expires = (caller?.tokenExpiresAt ?? 0) * 1000;
    if (!caller || (!allowExpired && expires <= clock().getTime())) {
      invalid.set(key, true, inSeconds(Math.min(cacheSeconds, INVALID_SECONDS)));
      throw new Unauthorized();
    }
    const until = inSeconds(cacheSeconds);
    valid.set(key, caller, allowExpired ? until : Math.min(until, expires));
    return caller;
  }

  async function callerOf(token: string, allowExpired: boolean): Promise<Caller> {
    if (token.length > MAX_TOKEN_LENGTH || !tokenForm.test(token)) throw new Unauthorized();
    const key = createHash("sha256").update(`${allowExpired} ${token}`).digest("base64");
    const known = valid.get(key);
    if (known) return known;
    if (invalid.get(key)) throw new Unauthorized();
    let flight = flights.get(key);
    if (!flight) {
      flight = validate(key, token, allowExpired).finally(() => flights.delete(key));
      flights.set(key, flight);
    }
    return flight;
  }

  const serviceOf = (token: string | undefined): Promise<Caller | undefined> =>
    token === undefined
      ? Promise.resolve(undefined)
      : callerOf(token, false).catch((error: unknown) => {
          if (error instanceof Unauthorized) return undefined;
          throw error;
        });

  return {
    async verify(token, serviceToken) {
      const passingOn = await serviceOf(serviceToken);
      const caller = await callerOf(token, passingOn?.roles.includes(SERVICE_ROLE) ?? false);
      return passingOn ? { ...caller, serviceRoles: passingOn.roles } : caller;
    },
  };
}
