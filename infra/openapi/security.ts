import type { Access } from "../../shared/http/route.ts";

type Requirement = Readonly<Record<string, readonly string[]>>;

/** Ways to prove who asks, for components.securitySchemes. */
export const securitySchemes = {
  token: { type: "apiKey", in: "header", name: "X-Auth-Token", description: "A token of the Identity API" },
  bearer: {
    type: "http",
    scheme: "bearer",
    description: "The same token, as clients of OpenID Connect send it",
  },
  serviceToken: {
    type: "apiKey",
    in: "header",
    name: "X-Service-Token",
    description: "Beside the user's token: that of the service which asks for the user",
  },
  transferToken: {
    type: "apiKey",
    in: "header",
    name: "X-Image-Transfer-Token",
    description: "The token of one transfer, given when it is opened: enough without a login",
  },
  providerToken: {
    type: "http",
    scheme: "bearer",
    description: "An access token of a provider in the setting `identity_providers`",
  },
} as const;

const token: readonly Requirement[] = [{ token: [] }, { token: [], serviceToken: [] }, { bearer: [] }];

/** What a route's access asks for: any one of these. */
export const security: Readonly<Record<Access, readonly Requirement[]>> = {
  public: [],
  token,
  transfer: [{ transferToken: [] }, ...token],
};
