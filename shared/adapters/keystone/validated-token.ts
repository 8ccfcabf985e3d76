import type { Caller, TokenScope } from "../../domain/caller.ts";

type Loose = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Loose => typeof value === "object" && value !== null;
const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const member = (value: unknown, name: string): unknown => (isObject(value) ? value[name] : undefined);

/** Milliseconds since 1970; undefined for anything but Keystone's form of a time. */
export function expiryOf(body: unknown): number | undefined {
  const expires = Date.parse(String(member(member(body, "token"), "expires_at")));
  return Number.isNaN(expires) ? undefined : expires;
}

const scopeOf = (token: unknown): TokenScope => {
  if (member(token, "project") !== undefined) return "project";
  if (member(token, "domain") !== undefined) return "domain";
  return member(token, "system") === undefined ? "unscoped" : "system";
};

/**
 * The caller of Keystone's answer to a validation (Identity API v3, `GET /v3/auth/tokens`); undefined for what is no
 * such answer.
 */
export function callerOfToken(body: unknown): Caller | undefined {
  const token = member(body, "token");
  const expires = expiryOf(body);
  const [user, project, roles = []] = [
    member(token, "user"),
    member(token, "project"),
    member(token, "roles"),
  ];
  const scope = scopeOf(token);
  const [userId, userName, userDomainId] = [
    member(user, "id"),
    member(user, "name"),
    member(member(user, "domain"), "id"),
  ];
  const [projectId, projectName, projectDomainId] =
    scope === "project"
      ? [member(project, "id"), member(project, "name"), member(member(project, "domain"), "id")]
      : ["", "", ""];
  if (expires === undefined || !isText(userId) || !isText(userName) || !isText(userDomainId))
    return undefined;
  if (scope === "project" && !(isText(projectId) && isText(projectName) && isText(projectDomainId)))
    return undefined;
  const names = Array.isArray(roles) ? roles.map((role) => member(role, "name")) : [undefined];
  if (!names.every(isText)) return undefined;
  return {
    userId,
    userName,
    userDomainId,
    projectId: String(projectId),
    projectName: String(projectName),
    projectDomainId: String(projectDomainId),
    roles: names.map((name) => name.toLowerCase()),
    tokenExpiresAt: Math.floor(expires / 1000),
    scope,
  };
}
