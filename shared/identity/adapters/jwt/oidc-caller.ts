import type { Caller } from "../../../caller.ts";
import { Forbidden, Unauthorized } from "../../../errors.ts";
import { ownValue } from "../../../own-value.ts";
import type { OidcIssuer } from "../../../settings/oidc-issuer.ts";

type Payload = Readonly<Record<string, unknown>>;

/** What goes into keys and answers: neither separators of ours nor control characters. */
const idForm = /^[\w.:@|/+=-]{1,255}$/;
const MAX_NAME_LENGTH = 255;
/** Keystone's implied roles; policies count on them. */
const implied: Readonly<Record<string, readonly string[]>> = {
  admin: ["admin", "member", "reader"],
  member: ["member", "reader"],
};

const own = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? ownValue(value as Payload, name)
    : undefined;

/** The claim of this name, else the member at this path: Keycloak's roles are `realm_access.roles`. */
const claim = (payload: Payload, name: string | undefined): unknown =>
  name === undefined
    ? undefined
    : (own(payload, name) ?? name.split(".").reduce<unknown>((value, step) => own(value, step), payload));

const idOf = (value: unknown): string | undefined =>
  typeof value === "string" && idForm.test(value) ? value : undefined;
const nameOf = (value: unknown, initial: string): string =>
  typeof value === "string" && value !== "" && value.length <= MAX_NAME_LENGTH ? value : initial;

/** A list, or words as in `scope`. */
function words(value: unknown): readonly string[] {
  if (typeof value === "string") return value.split(/[\s,]+/).filter((word) => word !== "");
  return Array.isArray(value) ? value.filter((word) => typeof word === "string") : [];
}

function rolesOf(payload: Payload, { claims, roles, roleMap }: OidcIssuer): readonly string[] {
  const said = words(claim(payload, claims.roles));
  const granted = roleMap ? said.flatMap((word) => roleMap.get(word) ?? []) : said;
  const names = [...roles, ...granted].map((name) => name.toLowerCase());
  return [...new Set(names.flatMap((name) => ownValue(implied, name) ?? [name]))];
}

/** The caller of a verified payload. Throws Unauthorized without a user, Forbidden without a project. */
export function oidcCaller(payload: Payload, issuer: OidcIssuer): Caller {
  const { claims, project, domainId } = issuer;
  const userId = idOf(claim(payload, claims.userId));
  if (userId === undefined || typeof payload.exp !== "number") throw new Unauthorized();
  const projectId = project?.id ?? idOf(claim(payload, claims.projectId));
  if (projectId === undefined) throw new Forbidden("The token names no project.");
  return {
    userId,
    userName: nameOf(claim(payload, claims.userName), userId),
    userDomainId: domainId,
    projectId,
    projectName: project?.name ?? nameOf(claim(payload, claims.projectName), projectId),
    projectDomainId: domainId,
    roles: rolesOf(payload, issuer),
    tokenExpiresAt: Math.floor(payload.exp),
    scope: "project",
  };
}
