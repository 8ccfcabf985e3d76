/** An issuer as an operator says it (`oidc_issuers`, docs/identity.md): functions are told just that, without defaults. */
export interface GivenIssuer {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly jwks_uri?: string;
  readonly claims?: {
    readonly user_id?: string;
    readonly user_name?: string;
    readonly project_id?: string;
    readonly project_name?: string;
    readonly roles?: string;
  };
  readonly project?: { readonly id: string; readonly name: string };
  readonly roles?: readonly string[];
  readonly role_map?: Readonly<Record<string, readonly string[]>>;
  readonly domain_id?: string;
}

/** Whose tokens are taken, and what their claims mean here. */
export interface OidcIssuer {
  /** `iss`, letter for letter. */
  readonly issuer: string;
  /** One of these must be in `aud`, or be the `client_id` of a token without `aud` (Cognito's access tokens). */
  readonly audience: readonly string[];
  readonly jwksUri: string;
  /** Names of claims; `a.b` is also the member b of the claim a. */
  readonly claims: {
    readonly userId: string;
    readonly userName: string;
    readonly projectId?: string;
    readonly projectName?: string;
    readonly roles?: string;
  };
  /** The project of all this issuer's users; else the claim says it. */
  readonly project?: { readonly id: string; readonly name: string };
  /** Roles that every user has. */
  readonly roles: readonly string[];
  /** Roles by the claim's words, where the claim's own words are no role names; other words then give no role. */
  readonly roleMap?: ReadonlyMap<string, readonly string[]>;
  readonly domainId: string;
}

/** An issuer with its defaults. */
export function oidcIssuer(given: GivenIssuer): OidcIssuer {
  const { issuer, audience, claims = {}, project, role_map: roleMap } = given;
  return {
    ...{ issuer, audience },
    jwksUri: given.jwks_uri ?? `${issuer.replace(/\/$/, "")}/.well-known/jwks.json`,
    claims: {
      userId: claims.user_id ?? "sub",
      userName: claims.user_name ?? "preferred_username",
      ...(claims.project_id !== undefined && { projectId: claims.project_id }),
      ...(claims.project_name !== undefined && { projectName: claims.project_name }),
      ...(claims.roles !== undefined && { roles: claims.roles }),
    },
    ...(project !== undefined && { project }),
    roles: given.roles ?? [],
    ...(roleMap !== undefined && { roleMap: new Map(Object.entries(roleMap)) }),
    domainId: given.domain_id ?? "default",
  };
}
