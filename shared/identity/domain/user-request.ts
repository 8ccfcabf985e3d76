import type { JsonObject } from "../../json-object.ts";
import { invalid, optionalFlagIn, optionalTextIn, textIn, wrapped } from "./json-fields.ts";
import { MAX_PASSWORD_BYTES } from "./password-hash.ts";
import { domainOf, MAX_DESCRIPTION_BYTES, present } from "./project-request.ts";
import type { User, UserChanges } from "./user.ts";

interface WithPassword {
  /** As it was sent: to be hashed at once and kept nowhere. */
  readonly password?: string;
}

export type NewUser = Omit<User, "id" | "passwordHash"> & WithPassword;
export type UserUpdate = Omit<UserChanges, "passwordHash"> & WithPassword;

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
export function parsePasswordChange(body: unknown): { readonly original: string; readonly password: string } {
  const members = wrapped(body, "user");
  return {
    original: textIn(members, "original_password", "user", MAX_PASSWORD_BYTES),
    password: textIn(members, "password", "user", MAX_PASSWORD_BYTES),
  };
}
