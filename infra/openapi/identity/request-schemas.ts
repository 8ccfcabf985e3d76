import { described, listOf, objectOf, only, orNull, type Schema, text } from "../description.ts";

const name: Schema = { type: "string", minLength: 1, maxLength: 255 };
const password: Schema = { type: "string", minLength: 1, format: "password" };

/** A user or project as clients name it; the domain may be left out. */
const reference: Schema = {
  type: "object",
  properties: { id: text, name: text, domain: { type: "object", properties: { id: text, name: text } } },
  anyOf: [{ required: ["id"] }, { required: ["name"] }],
};

const common = {
  description: { type: ["string", "null"], maxLength: 1024 },
  enabled: { type: ["boolean", "null"] },
};
const userMembers = {
  ...common,
  email: orNull(text),
  default_project_id: orNull(text),
  password: { ...password, type: ["string", "null"] },
};
const domainId = { domain_id: described(orNull(text), "`default`, also when it is absent") };
const optional = (properties: Readonly<Record<string, Schema>>): Schema => ({ type: "object", properties });

/** What the Identity API takes. */
export const identityRequestSchemas = {
  Login: only(
    "auth",
    objectOf(
      {
        identity: objectOf(
          {
            methods: {
              ...listOf({ type: "string", enum: ["password", "token", "application_credential"] }),
              minItems: 1,
              description: "One method, and below it what proves who it is",
            },
          },
          {
            password: only("user", {
              ...reference,
              properties: { ...(reference.properties as object), password },
            }),
            token: only("id", text),
            application_credential: objectOf({ secret: password }, { id: text, name: text, user: reference }),
          },
        ),
      },
      {
        scope: {
          description:
            "Absent: the user's default project, else the only one; an application credential has its own",
          anyOf: [
            only("project", reference),
            objectOf({ unscoped: {} }),
            { type: "string", const: "unscoped" },
          ],
        },
      },
    ),
  ),
  NewUser: only("user", objectOf({ name }, { ...userMembers, ...domainId })),
  UserChanges: only("user", optional({ name, ...userMembers })),
  PasswordChange: only("user", objectOf({ original_password: password, password })),
  NewProject: only(
    "project",
    objectOf(
      { name },
      { ...common, ...domainId, parent_id: orNull(text), is_domain: { type: ["boolean", "null"] } },
    ),
  ),
  ProjectChanges: only("project", optional({ name, ...common })),
  NewApplicationCredential: only(
    "application_credential",
    objectOf(
      { name },
      {
        description: common.description,
        secret: described({ ...password, type: ["string", "null"] }, "Made when absent"),
        roles: described(
          { ...listOf(optional({ id: text, name: text })), maxItems: 100, type: ["array", "null"] },
          "Some of the token's roles; all of them when absent or empty",
        ),
        unrestricted: described(common.enabled, "Its tokens may make and delete application credentials"),
        expires_at: described(orNull(text), "UTC, like 2030-01-01T00:00:00Z"),
      },
    ),
  ),
} satisfies Record<string, Schema>;
