import { isJsonObject, type JsonObject } from "../json-object.ts";
import { type GivenIssuer, oidcIssuer } from "./oidc-issuer.ts";

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

function isIssuer(given: unknown): boolean {
  if (!isJsonObject(given)) return false;
  const { issuer, audience, claims = {}, project, roles = [], role_map, domain_id = "default" } = given;
  const names = ["issuer", "audience", "jwks_uri", "claims", "project", "roles", "role_map", "domain_id"];
  if (!isTrustworthy(issuer) || !isTexts(audience) || audience.length === 0 || !hasOnly(given, ...names))
    return false;
  if (!isText(domain_id) || !isTexts(roles)) return false;
  if (role_map !== undefined && !isRoleMap(role_map)) return false;
  if (
    !isJsonObject(claims) ||
    !Object.values(claims).every(isText) ||
    !hasOnly(claims, "user_id", "user_name", "project_id", "project_name", "roles")
  )
    return false;
  if ((project === undefined) === (claims.project_id === undefined)) return false;
  return project === undefined || (isJsonObject(project) && isText(project.id) && isText(project.name));
}

/** Issuers out of a JSON list, as docs/identity.md describes it; undefined when anything in it is wrong. */
export function parseOidcIssuers(text: string): readonly GivenIssuer[] | undefined {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(given) || given.length === 0 || !given.every(isIssuer)) return undefined;
  const issuers: readonly GivenIssuer[] = given;
  // Where its keys are follows from the issuer where nothing else is said.
  if (!issuers.every((one) => isTrustworthy(oidcIssuer(one).jwksUri))) return undefined;
  return new Set(issuers.map(({ issuer }) => issuer)).size === issuers.length ? issuers : undefined;
}
