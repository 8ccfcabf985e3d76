import type { ApiOperation } from "../../shared/http/api-request.ts";
import type { identityRoutes } from "../../shared/identity/wire/identity-routes.ts";
import { credentialRoutes } from "./credential-routes.ts";
import { projectRoutes } from "./project-routes.ts";
import { roleRoutes } from "./role-routes.ts";
import { type TokenWiring, tokenOperations } from "./token-operations.ts";
import { type UserRouteWiring, userRoutes } from "./user-routes.ts";

export interface IdentityWiring extends TokenWiring, UserRouteWiring {}

/** The Keystone v3 routes: HTTP on one side, the identity operations on the other. */
export const identityOperations = (wiring: IdentityWiring) =>
  ({
    ...tokenOperations(wiring),
    ...projectRoutes(wiring),
    ...userRoutes(wiring),
    ...roleRoutes(wiring),
    ...credentialRoutes(wiring),
  }) satisfies Record<(typeof identityRoutes)[number]["operation"], ApiOperation>;
