import { isJsonObject, type JsonObject } from "../json-object.ts";
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

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);
const isRoleMap = (value: unknown): value is Record<string, string[]> =>
  isJsonObject(value) && Object.values(value).every(isTexts);
const hasOnly = (value: JsonObject, ...names: string[]): boolean =>
  Object.keys(value).every((name) => names.includes(name));

/** Keys of tokens over plain HTTP could be anybody's. */
function isTrustworthy(text: unknown): text is string {
  const url = isText(text) ? URL.parse(text) : null;
  return (
    url?.protocol === "https:" ||
    (url?.protocol === "http:" && ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname))
  );
}

function issuerOf(given: unknown): OidcIssuer | undefined {
  if (!isJsonObject(given)) return undefined;
  const { issuer, audience, claims = {}, project, roles = [], role_map, domain_id = "default" } = given;
  const names = ["issuer", "audience", "jwks_uri", "claims", "project", "roles", "role_map", "domain_id"];
  if (!isTrustworthy(issuer) || !isTexts(audience) || audience.length === 0 || !hasOnly(given, ...names))
    return undefined;
  const jwksUri = given.jwks_uri ?? `${issuer.replace(/\/$/, "")}/.well-known/jwks.json`;
  if (!isTrustworthy(jwksUri) || !isText(domain_id) || !isTexts(roles)) return undefined;
  if (role_map !== undefined && !isRoleMap(role_map)) return undefined;
  if (
    !isJsonObject(claims) ||
    !Object.values(claims).every(isText) ||
    !hasOnly(claims, "user_id", "user_name", "project_id", "project_name", "roles")
  )
    return undefined;
  const named = claims as Readonly<Record<string, string>>;
  if ((project === undefined) === (named.project_id === undefined)) return undefined;
  if (project !== undefined && !(isJsonObject(project) && isText(project.id) && isText(project.name)))
    return undefined;
  return {
    issuer,
    audience,
    jwksUri,
    claims: {
      userId: named.user_id ?? "sub",
      userName: named.user_name ?? "preferred_username",
      ...(named.project_id !== undefined && { projectId: named.project_id }),
      ...(named.project_name !== undefined && { projectName: named.project_name }),
      ...(named.roles !== undefined && { roles: named.roles }),
    },
    ...(project !== undefined && { project: project as { id: string; name: string } }),
    roles,
    ...(role_map !== undefined && { roleMap: new Map(Object.entries(role_map)) }),
    domainId: domain_id,
  };
}

/** Issuers out of a JSON list, as docs/identity.md describes it; undefined when anything in it is wrong. */
export function parseOidcIssuers(text: string): readonly OidcIssuer[] | undefined {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return undefined;
  }
  const issuers = Array.isArray(given) ? given.map(issuerOf) : [];
  const known = issuers.filter((issuer) => issuer !== undefined);
  const isWhole = known.length > 0 && known.length === issuers.length;
  return isWhole && new Set(known.map(({ issuer }) => issuer)).size === known.length ? known : undefined;
}
