import { isJsonObject, type JsonObject } from "../../json-object.ts";
import type { NewCredential } from "../domain/application-credential.ts";
import { MAX_PASSWORD_BYTES } from "../domain/password-hash.ts";
import { invalid } from "../domain/refusals.ts";
import { findRole, findRoleByName } from "../domain/role.ts";
import { optionalFlagIn, optionalTextIn, textIn, wrapped } from "./json-fields.ts";
import { MAX_DESCRIPTION_BYTES, present } from "./project-request.ts";

/** `2030-01-01T00:00:00.000000Z`, the fraction and the Z may be absent; always UTC, as in Keystone. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z?$/;

function expiryIn(members: JsonObject): number | undefined {
  const text = optionalTextIn(members, "expires_at");
  if (text === undefined) return undefined;
  const time = TIME.test(text) ? Date.parse(`${text.slice(0, 19)}Z`) : Number.NaN;
  if (Number.isNaN(time)) throw invalid("expires_at", "it is not a time like 2030-01-01T00:00:00Z.");
  return time / 1000;
}

function roleName(reference: unknown): string {
  if (!isJsonObject(reference)) throw invalid("roles", "it is not a list of roles.");
  const role =
    "id" in reference
      ? findRole(textIn(reference, "id", "role"))
      : findRoleByName(textIn(reference, "name", "role"));
  if (!role) throw invalid("roles", "there is no such role.");
  return role.name;
}

function rolesIn(members: JsonObject): readonly string[] | undefined {
  const { roles } = members;
  if (roles === undefined || roles === null) return undefined;
  if (!Array.isArray(roles) || roles.length > 100) throw invalid("roles", "it is not a list of roles.");
  // Keystone: an empty list means all roles of the token, too.
  return roles.length === 0 ? undefined : [...new Set(roles.map(roleName))];
}

/** The body of `POST /v3/users/{user_id}/application_credentials`. Access rules are refused: nobody would keep them. */
export function parseCredentialRequest(body: unknown): NewCredential {
  const members = wrapped(body, "application_credential");
  const { access_rules: rules } = members;
  if (rules !== undefined && rules !== null && !(Array.isArray(rules) && rules.length === 0)) {
    throw invalid("access_rules", "they are not offered here.");
  }
  const secret = optionalTextIn(members, "secret", MAX_PASSWORD_BYTES);
  if (secret === "") throw invalid("secret", "it is empty.");
  return {
    name: textIn(members, "name", "application_credential"),
    ...present({
      secret,
      description: optionalTextIn(members, "description", MAX_DESCRIPTION_BYTES),
      roles: rolesIn(members),
      unrestricted: optionalFlagIn(members, "unrestricted"),
      expiresAt: expiryIn(members),
    }),
  };
}
