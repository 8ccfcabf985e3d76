import { oidcIdentityVerifier } from "../../shared/identity/adapters/jwt/oidc-identity-verifier.ts";
import type { FindOidcVerifier } from "../../shared/identity/ports/oidc-verifier.ts";
import { identityProvider } from "../../shared/settings/identity-provider.ts";
import type { Settings } from "../../shared/settings.ts";

/** The verifiers of the configured providers; none without the setting. */
export function identityProviders({ identity_providers: given }: Settings): FindOidcVerifier {
  const nameOf = (id: string, protocol: string) => `${id} ${protocol}`;
  const verifiers = new Map(
    given
      .map(identityProvider)
      .map((provider) => [nameOf(provider.id, provider.protocol), oidcIdentityVerifier(provider)]),
  );
  return (id, protocol) => verifiers.get(nameOf(id, protocol));
}
