import type { Caller, TokenScope } from "../../../caller.ts";
import { isJsonObject } from "../../../json-object.ts";
import { expiryOf } from "../../../keystone/token-expiry.ts";
import { ownValue } from "../../../own-value.ts";

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const member = (value: unknown, name: string): unknown =>
  isJsonObject(value) ? ownValue(value, name) : undefined;

const scopeOf = (token: unknown): TokenScope => {
  if (member(token, "project") !== undefined) return "project";
  if (member(token, "domain") !== undefined) return "domain";
  return member(token, "system") === undefined ? "unscoped" : "system";
};

/** A user or a project with its domain. */
function namedIn(token: unknown, name: string): { id: string; name: string; domainId: string } | undefined {
  const value = member(token, name);
  const [id, itsName, domainId] = [
    member(value, "id"),
    member(value, "name"),
    member(member(value, "domain"), "id"),
  ];
  return isText(id) && isText(itsName) && isText(domainId) ? { id, name: itsName, domainId } : undefined;
}

/** Names of the roles; none at all in an unscoped token. */
function rolesIn(token: unknown): readonly string[] | undefined {
  const roles = member(token, "roles") ?? [];
  const names = Array.isArray(roles) ? roles.map((role) => member(role, "name")) : [undefined];
  return names.every(isText) ? names : undefined;
}

const noProject = { id: "", name: "", domainId: "" };

/**
 * The caller of Keystone's answer to a validation (Identity API v3, `GET /v3/auth/tokens`); undefined for what is no
 * such answer.
 */
export function callerOfToken(body: unknown): Caller | undefined {
  const token = member(body, "token");
  const scope = scopeOf(token);
  const expires = expiryOf(body);
  const user = namedIn(token, "user");
  const project = scope === "project" ? namedIn(token, "project") : noProject;
  const roles = rolesIn(token);
  if (expires === undefined || !user || !project || !roles) return undefined;
  return {
    userId: user.id,
    userName: user.name,
    userDomainId: user.domainId,
    projectId: project.id,
    projectName: project.name,
    projectDomainId: project.domainId,
    roles: roles.map((name) => name.toLowerCase()),
    tokenExpiresAt: Math.floor(expires / 1000),
    scope,
  };
}
