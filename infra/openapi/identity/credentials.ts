import { roleOf } from "../../../shared/identity/domain/role.ts";
import type { OperationName } from "../../../shared/routes.ts";
import { type Description, emptyAnswer, json, schemaRef } from "../description.ts";
import { filter, IDENTITY_TEXTS, linksOf } from "./texts.ts";

const example = {
  id: "0f9e",
  name: "ci",
  project_id: "c3d4",
  description: null,
  roles: [{ ...roleOf("reader"), domain_id: null }],
  unrestricted: false,
  expires_at: "2030-01-01T00:00:00.000000",
  links: { self: "http://127.0.0.1:9292/v3/users/a1b2/application_credentials/0f9e" },
};

const notOwn = "The user is another one: not even an admin may";
const none = "The user has no such application credential";
const restricted = "or the token is that of an application credential which is not `unrestricted`";

/** Application credentials. */
export const identityCredentials = {
  listCredentials: {
    tag: "application credentials",
    parameters: [filter("name", "Only the one of this name.")],
    answers: {
      200: {
        description: "The application credentials, without their secrets",
        content: json(schemaRef("ApplicationCredentials"), {
          application_credentials: [example],
          links: linksOf("users/a1b2/application_credentials"),
        }),
      },
    },
    errors: { 400: IDENTITY_TEXTS.filter, 403: notOwn, 404: "The id is longer than ids are" },
  },
  createCredential: {
    tag: "application credentials",
    details: "For the project of the token, with at most its roles. At most 100 a user.",
    body: {
      required: true,
      content: json(schemaRef("NewApplicationCredential"), {
        application_credential: {
          name: "ci",
          roles: [{ name: "reader" }],
          expires_at: "2030-01-01T00:00:00Z",
        },
      }),
    },
    answers: {
      201: {
        description: "The application credential, with its secret: this once",
        content: json(schemaRef("ApplicationCredentialAnswer"), {
          application_credential: { ...example, secret: "4vCqKq3m8V0x2t7Jb6Zr1s9yWnPdQfLgHhTtUuVvWwX" },
        }),
      },
    },
    errors: {
      400: "The body is not of this form, a role is not in the token, or the expiry is not in the future",
      403: `${notOwn}; the token is scoped to no project; there are 100 already; ${restricted}`,
      404: "There is no such user any more",
      409: "The user has one of this name",
      413: IDENTITY_TEXTS.large,
    },
  },
  showCredential: {
    tag: "application credentials",
    answers: {
      200: {
        description: "The application credential, without its secret",
        content: json(schemaRef("ApplicationCredentialAnswer"), { application_credential: example }),
      },
    },
    errors: { 403: notOwn, 404: none },
  },
  deleteCredential: {
    tag: "application credentials",
    details: "All of the user's tokens end, not only its own.",
    answers: emptyAnswer,
    errors: { 403: `${notOwn}, ${restricted}`, 404: none },
  },
} as const satisfies Partial<Record<OperationName, Description>>;
