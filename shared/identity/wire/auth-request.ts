import { BadRequest, Forbidden } from "../../errors.ts";
import { isJsonObject, type JsonObject } from "../../json-object.ts";
import { type DomainReference, defaultDomain } from "../domain/domain.ts";
import type { Credentials, Login, Reference, ScopeRequest } from "../domain/login.ts";
import { MAX_PASSWORD_BYTES } from "../domain/password-hash.ts";
import { Unauthenticated } from "../domain/refusals.ts";
import { MAX_TOKEN_BYTES } from "../domain/token-claims.ts";
import { membersIn, missing, textIn, wrapped } from "./json-fields.ts";

/**
 * Clients leave the domain out when the user gives none: the default one is meant (docs/reference/clients.md, "Login").
 */
function domainIn(parent: JsonObject, target: string): DomainReference {
  if (parent.domain === undefined || parent.domain === null) return { id: defaultDomain.id };
  const domain = membersIn(parent, "domain", target);
  return "id" in domain ? { id: textIn(domain, "id", "domain") } : { name: textIn(domain, "name", "domain") };
}

function reference(named: JsonObject, target: string): Reference {
  if ("id" in named) return { id: textIn(named, "id", target) };
  if (!("name" in named)) throw missing("id or name", target);
  return { name: textIn(named, "name", target), domain: domainIn(named, target) };
}

function credentialsIn(identity: JsonObject): Credentials {
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
  if (method === "application_credential") {
    const target = "application_credential";
    const named = membersIn(identity, target, "identity");
    const credential =
      "id" in named
        ? { id: textIn(named, "id", target) }
        : { name: textIn(named, "name", target), user: reference(membersIn(named, "user", target), "user") };
    return { method, credential, secret: textIn(named, "secret", target, MAX_PASSWORD_BYTES) };
  }
  throw new Unauthenticated("Attempted to authenticate with an unsupported method.");
}

function scopeIn(auth: JsonObject): ScopeRequest {
  const { scope } = auth;
  if (scope === undefined || scope === null) return "default";
  // keystoneauth sends the bare word, the API reference shows an object.
  if (scope === "unscoped") return "unscoped";
  if (!isJsonObject(scope)) throw missing("project", "scope");
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
export function parseAuthRequest(body: unknown): Login {
  const auth = wrapped(body, "auth");
  return { credentials: credentialsIn(membersIn(auth, "identity", "auth")), scope: scopeIn(auth) };
}
