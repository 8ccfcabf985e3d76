/** A provider as an operator says it (`identity_providers`): functions are told just that, without defaults. */
export interface GivenProvider {
  readonly id: string;
  readonly protocol?: string;
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly jwks_uri?: string;
  readonly user_name_claim?: string;
}

/** An OpenID Connect issuer whose users log in here under `id` and `protocol`. */
export interface IdentityProvider {
  readonly id: string;
  readonly protocol: string;
  /** `iss` of its tokens, letter for letter. */
  readonly issuer: string;
  /** One of these must be a token's audience, or its client where it names no audience. */
  readonly audience: readonly string[];
  readonly jwksUri: string;
  /** The claim with the user's name. */
  readonly userNameClaim: string;
}

/** A provider with its defaults. */
export const identityProvider = ({ id, issuer, audience, ...given }: GivenProvider): IdentityProvider => ({
  ...{ id, issuer, audience },
  protocol: given.protocol ?? "openid",
  jwksUri: given.jwks_uri ?? `${issuer}/.well-known/jwks.json`,
  userNameClaim: given.user_name_claim ?? "preferred_username",
});
