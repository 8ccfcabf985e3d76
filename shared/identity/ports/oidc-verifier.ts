/** Who an issuer says that somebody is. */
export interface FederatedIdentity {
  /** The issuer's id of the user (`sub`), which it never gives to another one. */
  readonly subject: string;
  readonly userName: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

/** Access tokens of OpenID Connect issuers. */
export interface OidcVerifier {
  /** Whom the token stands for; throws Unauthorized for anything but a valid, unexpired token of this issuer. */
  verify(token: string): Promise<FederatedIdentity>;
}

/** The verifier of an identity provider and protocol; undefined for those that are not configured. */
export type FindOidcVerifier = (identityProvider: string, protocol: string) => OidcVerifier | undefined;
