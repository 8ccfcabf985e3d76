import type { JsonObject } from "../../json-object.ts";
import { MAX_PASSWORD_BYTES } from "../domain/password-hash.ts";
import { invalid } from "../domain/refusals.ts";
import type { NewUser, PasswordChange, UserUpdate } from "../domain/user.ts";
import { optionalFlagIn, optionalTextIn, textIn, wrapped } from "./json-fields.ts";
import { domainOf, MAX_DESCRIPTION_BYTES, present } from "./project-request.ts";

function passwordIn(members: JsonObject): string | undefined {
  const password = optionalTextIn(members, "password", MAX_PASSWORD_BYTES);
  if (password === "") throw invalid("password", "it is empty.");
  return password;
}

const common = (members: JsonObject) => ({
  enabled: optionalFlagIn(members, "enabled"),
  description: optionalTextIn(members, "description", MAX_DESCRIPTION_BYTES),
  email: optionalTextIn(members, "email"),
  defaultProjectId: optionalTextIn(members, "default_project_id") || undefined,
  password: passwordIn(members),
});

/** The body of `POST /v3/users`, without an id. */
export function parseNewUser(body: unknown): NewUser {
  const members = wrapped(body, "user");
  return {
    name: textIn(members, "name", "user"),
    domainId: domainOf(members),
    enabled: true,
    ...present(common(members)),
  };
}

/** The body of `PATCH /v3/users/{user_id}`. */
export function parseUserUpdate(body: unknown): UserUpdate {
  const members = wrapped(body, "user");
  const name = "name" in members ? textIn(members, "name", "user") : undefined;
  return present({ name, ...common(members) });
}

/** The body of `POST /v3/users/{user_id}/password`. */
export function parsePasswordChange(body: unknown): PasswordChange {
  const members = wrapped(body, "user");
  return {
    original: textIn(members, "original_password", "user", MAX_PASSWORD_BYTES),
    password: textIn(members, "password", "user", MAX_PASSWORD_BYTES),
  };
}
