import { systemClock as clock } from "../../shared/clock.ts";
import type { TokenVerifier } from "../../shared/http/token-verifier.ts";
import { imageTokenVerifier } from "../../shared/identity/adapters/jwt/image-token-verifier.ts";
import { oidcTokenVerifier } from "../../shared/identity/adapters/jwt/oidc-token-verifier.ts";
import { keystoneTokenVerifier } from "../../shared/identity/adapters/keystone/keystone-token-verifier.ts";
import { askKeystone } from "../../shared/keystone/ask-keystone.ts";
import { serviceToken } from "../../shared/keystone/service-token.ts";
import { parseOidcIssuers } from "../../shared/settings/oidc-issuer.ts";
import type { Settings } from "../../shared/settings.ts";
import { keystoneCredentials } from "./keystone-credentials.ts";

function keystone({ keystone_auth_url, keystone_timeout, token_cache_time }: Settings): TokenVerifier {
  const ask = askKeystone({ authUrl: keystone_auth_url, timeoutSeconds: keystone_timeout, clock });
  return keystoneTokenVerifier({
    ask,
    service: serviceToken({ ask, credentials: keystoneCredentials(), clock }),
    clock,
    cacheSeconds: token_cache_time,
  });
}

/**
 * Whose tokens the Image API takes: a Keystone's, OpenID Connect issuers', else those of the own identity service. A
 * Keystone's may be for no project: they pass no rule of the policy.
 */
export function tokenVerifier(settings: Settings): TokenVerifier {
  if (settings.keystone_auth_url !== "") return keystone(settings);
  const issuers = parseOidcIssuers(settings.oidc_issuers);
  return issuers
    ? oidcTokenVerifier({ issuers, clock })
    : imageTokenVerifier({ cacheSeconds: settings.token_cache_time });
}
