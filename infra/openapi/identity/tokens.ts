import { serviceCatalog } from "../../../shared/identity/wire/service-catalog.ts";
import type { OperationName } from "../../../shared/routes.ts";
import {
  type AnswerDescription,
  type Description,
  json,
  type Parameter,
  schemaRef,
  text,
} from "../description.ts";
import { IDENTITY_TEXTS } from "./texts.ts";

const base = "http://127.0.0.1:9292";
const domain = { id: "default", name: "Default" };
const tokenExample = {
  token: {
    methods: ["password"],
    user: { id: "a1b2", name: "demo", domain, password_expires_at: null },
    audit_ids: ["1GW2rP0b7Q9mV5xkZ8Y3tA"],
    issued_at: "2026-11-20T09:00:00.000000Z",
    expires_at: "2026-11-20T13:00:00.000000Z",
    is_domain: false,
    project: { id: "c3d4", name: "demo", domain },
    roles: [{ id: "e5f6", name: "member" }],
    catalog: serviceCatalog(base),
  },
};

const token = (description: string): AnswerDescription => ({
  description,
  headers: {
    "X-Subject-Token": { description: "The token", schema: text },
    Vary: { description: "X-Auth-Token", schema: text },
  },
  content: json(schemaRef("TokenAnswer"), tokenExample),
});

const nocatalog: Parameter = {
  name: "nocatalog",
  in: "query",
  description: "With any value, or none: the answer has no catalog.",
  schema: text,
};
const subject: Parameter = {
  name: "X-Subject-Token",
  in: "header",
  description: "The token that the call is about.",
  required: true,
  schema: text,
};

/** Tokens, their keys and the catalog. */
export const identityTokens = {
  showIdentityVersion: {
    tag: "tokens",
    answers: {
      200: {
        description: "The version",
        content: json(schemaRef("IdentityVersion"), {
          version: {
            id: "v3.14",
            status: "stable",
            updated: "2020-04-07T00:00:00Z",
            links: [{ rel: "self", href: `${base}/v3/` }],
            "media-types": [{ base: "application/json", type: "application/vnd.openstack.identity-v3+json" }],
          },
        }),
      },
    },
  },
  issueToken: {
    tag: "tokens",
    details: "By password, by another token (for another project), or by an application credential.",
    parameters: [nocatalog],
    body: {
      required: true,
      content: json(schemaRef("Login"), {
        auth: {
          identity: {
            methods: ["password"],
            password: { user: { name: "demo", password: "demo", domain: { name: "Default" } } },
          },
          scope: { project: { name: "demo", domain: { name: "Default" } } },
        },
      }),
    },
    answers: { 201: token("The token is in the header; what it says is in the body") },
    errors: {
      400: IDENTITY_TEXTS.body,
      401: "Wrong, whatever of it: user, password, secret, token or project",
      403: "System, domain and trust scopes are not offered",
      413: IDENTITY_TEXTS.large,
      429: "Too many failed logins of this user from this address, or too many requests",
      503: IDENTITY_TEXTS.proof,
    },
  },
  validateToken: {
    tag: "tokens",
    details: "One's own token; an admin's may ask about any.",
    parameters: [subject, nocatalog],
    answers: { 200: token("The token is valid") },
    errors: {
      403: "It is another user's token, or X-Subject-Token is missing",
      404: "The token is not valid, or not any more; an admin's X-Subject-Token is missing",
    },
  },
  revokeToken: {
    tag: "tokens",
    details:
      "One's own token; an admin's may end any. The identity service refuses it at once, all else within `token_cache_time`. " +
      "Tokens that were got with it stay good.",
    parameters: [subject],
    answers: { 204: { description: "The token is good no more" } },
    errors: {
      403: "It is another user's token, or X-Subject-Token is missing",
      404: "The token is not valid, or not any more; an admin's X-Subject-Token is missing",
    },
  },
  showCatalog: {
    tag: "tokens",
    answers: {
      200: {
        description: "The catalog",
        content: json(schemaRef("Catalog"), {
          catalog: serviceCatalog(base),
          links: { self: `${base}/v3/auth/catalog` },
        }),
      },
    },
    errors: { 403: "The token is scoped to no project" },
  },
  federate: {
    tag: "tokens",
    details:
      "The provider's access token, in `Authorization: Bearer`, becomes an unscoped token, and that one of a project. At the " +
      "first login a user without roles is made.",
    parameters: [nocatalog],
    security: [{ providerToken: [] }],
    answers: { 201: token("The token is in the header; what it says is in the body") },
    errors: {
      401: "The provider's token is missing or not good, or the user is disabled here",
      404: "There is no such provider or protocol in `identity_providers`",
      503: "The provider's keys cannot be read",
    },
  },
  showTokenKeys: {
    tag: "tokens",
    answers: {
      200: {
        description: "The keys",
        headers: { "Cache-Control": { description: "How long they may be kept", schema: text } },
        content: json(schemaRef("JwkSet"), {
          keys: [
            {
              kty: "EC",
              crv: "P-256",
              alg: "ES256",
              use: "sig",
              kid: "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U",
              x: "WKn-ZIGevcwGIyyrzFoZNBdaq9_TsqzGl96oc0CWuis",
              y: "y77t-RvAHRKTsSGdIYUfweuOvwrvDD-Q3Hv5J0fSKbE",
            },
          ],
        }),
      },
    },
  },
} as const satisfies Partial<Record<OperationName, Description>>;
