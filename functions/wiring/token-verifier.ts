import { systemClock as clock } from "../../shared/clock.ts";
import type { Logins } from "../../shared/http/logins.ts";
import type { TokenVerifier } from "../../shared/http/token-verifier.ts";
import { dynamodbUserEpochs } from "../../shared/identity/adapters/dynamodb/identity-epochs.ts";
import { dynamodbKeySet } from "../../shared/identity/adapters/dynamodb/identity-key-set.ts";
import { epochCheckedReader } from "../../shared/identity/adapters/jwt/epoch-checked-reader.ts";
import { jwtTokenReader } from "../../shared/identity/adapters/jwt/jwt-token-reader.ts";
import { oidcTokenVerifier } from "../../shared/identity/adapters/jwt/oidc-token-verifier.ts";
import { revocableLogins } from "../../shared/identity/adapters/jwt/revocable-logins.ts";
import { keystoneTokenVerifier } from "../../shared/identity/adapters/keystone/keystone-token-verifier.ts";
import { callerOfClaims, TOKEN_ISSUER } from "../../shared/identity/domain/token-claims.ts";
import { oidcIssuer } from "../../shared/settings/oidc-issuer.ts";
import type { Settings } from "../../shared/settings.ts";
import { keystoneLogin } from "./keystone-login.ts";
import { table } from "./table.ts";

const revocations = ({ token_cache_time: cacheSeconds }: Settings) => {
  const [client, tableName] = table();
  return { epochs: dynamodbUserEpochs({ client, tableName }), cacheSeconds, clock };
};

/**
 * Project-scoped tokens of this deployment's identity service, refused at the latest `token_cache_time` after they
 * were revoked.
 */
function ownTokens(settings: Settings): TokenVerifier {
  const [client, tableName] = table();
  const keys = dynamodbKeySet({ client, tableName });
  const reader = jwtTokenReader({ keys, issuer: TOKEN_ISSUER, audience: "image" });
  const tokens = epochCheckedReader({ reader, ...revocations(settings) });
  return { verify: async (token) => callerOfClaims(await tokens.read(token)) };
}

/**
 * Whose tokens the Image API takes: a Keystone's, OpenID Connect issuers', else those of the own identity service. A
 * Keystone's may be for no project: they pass no rule of the policy.
 */
export function tokenVerifier(settings: Settings): TokenVerifier {
  if (settings.keystone_auth_url !== "")
    return keystoneTokenVerifier({
      ...keystoneLogin(settings),
      clock,
      cacheSeconds: settings.token_cache_time,
    });
  const issuers = settings.oidc_issuers.map(oidcIssuer);
  return issuers.length > 0 ? oidcTokenVerifier({ issuers, clock }) : ownTokens(settings);
}

/** What tells of logins that were revoked; of another service's nobody tells, and they name no epoch. */
export const logins = (settings: Settings): Logins => revocableLogins(revocations(settings));
