import type { ApiOperation } from "../../http/api-request.ts";
import { credentialApi } from "./credential-api.ts";
import type { identityRoutes } from "./identity-routes.ts";
import { projectApi } from "./project-api.ts";
import { roleApi } from "./role-api.ts";
import { type TokenApiWiring, tokenApi } from "./token-api.ts";
import { type UserApiWiring, userApi } from "./user-api.ts";

export interface IdentityApiWiring extends TokenApiWiring, UserApiWiring {}

/** The Keystone v3 routes: HTTP on one side, the identity operations on the other. */
export const identityApi = (wiring: IdentityApiWiring) =>
  ({
    ...tokenApi(wiring),
    ...projectApi(wiring),
    ...userApi(wiring),
    ...roleApi(wiring),
    ...credentialApi(wiring),
  }) satisfies Record<(typeof identityRoutes)[number]["operation"], ApiOperation>;
