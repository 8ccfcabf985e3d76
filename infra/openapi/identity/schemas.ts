import { fixedRoles } from "../../../shared/identity/domain/role.ts";
import {
  booleanSchema,
  described,
  listOf,
  objectOf,
  only,
  orNull,
  type Schema,
  schemaRef,
  text,
  time,
} from "../description.ts";

const named = objectOf({ id: text, name: text });
const inDomain = objectOf({ id: text, name: text, domain: named });
const self = objectOf({ self: text });
const noOptions = described({ type: "object", maxProperties: 0 }, "Always empty");
const noTags: Schema = { ...listOf(text), maxItems: 0, description: "Always empty" };
const nothing: Schema = { type: "null" };
const url: Schema = { type: "string", format: "uri" };
const roleName: Schema = { type: "string", enum: fixedRoles.map((role) => role.name) };

const links = objectOf({ self: url, previous: nothing, next: nothing });
const page = (member: string, schema: string): Schema =>
  objectOf(
    { [member]: listOf(schemaRef(schema)), links },
    { truncated: described({ type: "boolean", const: true }, "There are more than these 1,000") },
  );

const shown = {
  User: objectOf(
    {
      id: text,
      name: text,
      domain_id: text,
      enabled: booleanSchema,
      password_expires_at: nothing,
      options: noOptions,
      links: self,
    },
    { description: text, email: text, default_project_id: text },
  ),
  Project: objectOf({
    id: text,
    name: text,
    domain_id: text,
    parent_id: text,
    description: text,
    enabled: booleanSchema,
    is_domain: { type: "boolean", const: false },
    tags: noTags,
    options: noOptions,
    links: self,
  }),
  Domain: objectOf({
    id: text,
    name: text,
    description: text,
    enabled: booleanSchema,
    tags: noTags,
    options: noOptions,
    links: self,
  }),
  Role: objectOf({
    id: text,
    name: roleName,
    domain_id: nothing,
    description: nothing,
    options: noOptions,
    links: self,
  }),
  RoleAssignment: objectOf({
    user: objectOf({ id: text }, { name: text, domain: named }),
    scope: objectOf({ project: objectOf({ id: text }, { name: text, domain: named }) }),
    role: objectOf({ id: text }, { name: roleName }),
    links: objectOf({ assignment: url }),
  }),
  ApplicationCredential: objectOf(
    {
      id: text,
      name: text,
      project_id: text,
      description: orNull(text),
      roles: listOf(objectOf({ id: text, name: roleName, domain_id: nothing })),
      unrestricted: booleanSchema,
      expires_at: described(orNull(text), "UTC, without a time zone"),
      links: self,
    },
    { secret: described(text, "Shown once, in the answer to its creation") },
  ),
  Service: objectOf({
    id: text,
    type: text,
    name: text,
    endpoints: listOf(
      objectOf({
        id: text,
        interface: { type: "string", enum: ["public", "internal", "admin"] },
        region: text,
        region_id: text,
        url,
      }),
    ),
  }),
  Token: objectOf(
    {
      methods: listOf(text),
      user: objectOf({ id: text, name: text, domain: named, password_expires_at: nothing }),
      audit_ids: listOf(text),
      issued_at: time,
      expires_at: time,
    },
    {
      is_domain: { type: "boolean", const: false },
      project: described(inDomain, "Absent in an unscoped token, as are roles and catalog"),
      roles: listOf(named),
      catalog: described(listOf(schemaRef("Service")), "Absent with `nocatalog`"),
      application_credential: objectOf({ id: text, name: text, restricted: booleanSchema }),
    },
  ),
} satisfies Record<string, Schema>;

/** What the Identity API answers: Keystone's documents. */
export const identitySchemas = {
  ...shown,
  IdentityVersion: only(
    "version",
    objectOf({
      id: text,
      status: text,
      updated: time,
      links: listOf(objectOf({ rel: { type: "string", const: "self" }, href: url })),
      "media-types": listOf(objectOf({ base: text, type: text })),
    }),
  ),
  JwkSet: objectOf({
    keys: listOf(
      objectOf({
        kty: { type: "string", const: "EC" },
        crv: { type: "string", const: "P-256" },
        alg: { type: "string", const: "ES256" },
        use: { type: "string", const: "sig" },
        kid: text,
        x: text,
        y: text,
      }),
    ),
  }),
  TokenAnswer: only("token", schemaRef("Token")),
  Catalog: objectOf({ catalog: listOf(schemaRef("Service")), links: self }),
  UserAnswer: only("user", schemaRef("User")),
  Users: page("users", "User"),
  ProjectAnswer: only("project", schemaRef("Project")),
  Projects: page("projects", "Project"),
  DomainAnswer: only("domain", schemaRef("Domain")),
  Domains: page("domains", "Domain"),
  RoleAnswer: only("role", schemaRef("Role")),
  Roles: page("roles", "Role"),
  RoleAssignments: page("role_assignments", "RoleAssignment"),
  ApplicationCredentialAnswer: only("application_credential", schemaRef("ApplicationCredential")),
  ApplicationCredentials: page("application_credentials", "ApplicationCredential"),
} satisfies Record<string, Schema>;
