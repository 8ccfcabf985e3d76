import { BadRequest, Forbidden } from "../../errors.ts";
import { type DomainReference, defaultDomain } from "./domain.ts";
import { MAX_PASSWORD_BYTES } from "./password-hash.ts";
import { missing, Unauthenticated } from "./refusals.ts";
import { MAX_TOKEN_BYTES } from "./token-claims.ts";

/** A user or project as a client names it. */
export type Reference = { readonly id: string } | { readonly name: string; readonly domain: DomainReference };

export type Credentials =
  | { readonly method: "password"; readonly user: Reference; readonly password: string }
  | { readonly method: "token"; readonly token: string };

/** `default`: the client names no scope and leaves the choice to us. */
export type ScopeRequest = { readonly project: Reference } | "unscoped" | "default";

export interface AuthRequest {
  readonly credentials: Credentials;
  readonly scope: ScopeRequest;
}

type Members = Readonly<Record<string, unknown>>;

/** Longest id or name in Keystone's own schema. */
const MAX_NAME_LENGTH = 255;

const isMembers = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function membersIn(parent: Members, name: string, target: string): Members {
  const value = parent[name];
  if (!isMembers(value)) throw missing(name, target);
  return value;
}

function textIn(parent: Members, name: string, target: string, mostBytes: number): string {
  const value = parent[name];
  if (typeof value !== "string" || value === "") throw missing(name, target);
  // Half a surrogate pair has no UTF-8 form; a store would refuse it as a failure of ours.
  if (!value.isWellFormed()) throw new BadRequest(`Invalid input for field '${name}': it is not Unicode.`);
  if (Buffer.byteLength(value) > mostBytes) {
    throw new BadRequest(`Invalid input for field '${name}': it is longer than ${mostBytes} bytes.`);
  }
  return value;
}

/** Clients leave the domain out when the user gives none: the default one is meant (clients sheet, section 5). */
function domainIn(parent: Members, target: string): DomainReference {
  if (parent.domain === undefined || parent.domain === null) return { id: defaultDomain.id };
  const domain = membersIn(parent, "domain", target);
  return "id" in domain
    ? { id: textIn(domain, "id", "domain", MAX_NAME_LENGTH) }
    : { name: textIn(domain, "name", "domain", MAX_NAME_LENGTH) };
}

function reference(named: Members, target: string): Reference {
  if ("id" in named) return { id: textIn(named, "id", target, MAX_NAME_LENGTH) };
  if (!("name" in named)) throw missing("id or name", target);
  return { name: textIn(named, "name", target, MAX_NAME_LENGTH), domain: domainIn(named, target) };
}

function credentialsIn(identity: Members): Credentials {
  if (!Array.isArray(identity.methods) || identity.methods.length === 0) throw missing("methods", "identity");
  const methods = new Set<unknown>(identity.methods);
  if (methods.size > 1) throw new BadRequest("Only one authentication method at a time is supported.");
  const [method] = methods;
  if (method === "password") {
    const user = membersIn(membersIn(identity, "password", "identity"), "user", "password");
    const password = textIn(user, "password", "user", MAX_PASSWORD_BYTES);
    return { method, user: reference(user, "user"), password };
  }
  if (method === "token") {
    const token = membersIn(identity, "token", "identity");
    return { method, token: textIn(token, "id", "token", MAX_TOKEN_BYTES) };
  }
  throw new Unauthenticated("Attempted to authenticate with an unsupported method.");
}

function scopeIn(auth: Members): ScopeRequest {
  const { scope } = auth;
  if (scope === undefined || scope === null) return "default";
  // keystoneauth sends the bare word, the API reference shows an object.
  if (scope === "unscoped") return "unscoped";
  if (!isMembers(scope)) throw missing("project", "scope");
  const [kind, ...more] = Object.keys(scope);
  if (more.length > 0) throw new BadRequest("A token has one scope: name one project.");
  if (kind === "unscoped") return "unscoped";
  if (kind === "project") return { project: reference(membersIn(scope, kind, "scope"), "project") };
  if (kind === "system" || kind === "domain" || kind === "OS-TRUST:trust") {
    throw new Forbidden(
      "Tokens are scoped to a project here; system, domain and trust scopes are not offered.",
    );
  }
  throw missing("project", "scope");
}

/**
 * The body of `POST /v3/auth/tokens`. Throws BadRequest in Keystone's words, naming the missing member;
 * looks only at the members it knows, so nesting elsewhere costs nothing.
 */
export function parseAuthRequest(body: unknown): AuthRequest {
  if (!isMembers(body)) throw missing("auth", "request body");
  const auth = membersIn(body, "auth", "request body");
  return { credentials: credentialsIn(membersIn(auth, "identity", "auth")), scope: scopeIn(auth) };
}
