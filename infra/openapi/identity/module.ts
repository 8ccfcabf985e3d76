import type { ModuleDescription } from "../description.ts";
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
  schemas: () => ({ ...identitySchemas, ...identityRequestSchemas }),
} as const satisfies ModuleDescription;
