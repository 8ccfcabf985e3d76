import { idParameter, type ModuleDescription } from "../description.ts";
import { identityCredentials } from "./credentials.ts";
import { identityProjects } from "./projects.ts";
import { identityRequestSchemas } from "./request-schemas.ts";
import { identityRoles } from "./roles.ts";
import { identitySchemas } from "./schemas.ts";
import { identityTokens } from "./tokens.ts";
import { identityUsers } from "./users.ts";

/** The Identity API. */
export const identityModule = {
  operations: {
    ...identityTokens,
    ...identityUsers,
    ...identityProjects,
    ...identityRoles,
    ...identityCredentials,
  },
  parameters: {
    project_id: idParameter("A project's id"),
    user_id: idParameter("A user's id"),
    role_id: idParameter("A role's id"),
    domain_id: idParameter("A domain's id: `default` is the only one"),
    application_credential_id: idParameter("Id of an application credential"),
    identity_provider_id: idParameter("Id of a provider in the setting `identity_providers`"),
    protocol_id: idParameter("The provider's protocol: `openid` unless the setting names another one"),
  },
  schemas: () => ({ ...identitySchemas, ...identityRequestSchemas }),
} as const satisfies ModuleDescription;
