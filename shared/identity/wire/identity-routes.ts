import type { Access, Route } from "../../http/route.ts";

const project = "/v3/projects/{project_id}";
const user = "/v3/users/{user_id}";
const grant = `${project}/users/{user_id}/roles`;
const credentials = `${user}/application_credentials`;
const credential = `${credentials}/{application_credential_id}`;
const federation = "/v3/OS-FEDERATION/identity_providers/{identity_provider_id}/protocols/{protocol_id}/auth";

/** One route of the Identity API. */
const route = <const Operation extends string>(
  operation: Operation,
  method: Route["method"],
  path: string,
  summary: string,
  access: Access = "token",
) => ({ operation, method, path, function: "identity", access, summary }) as const;

const table = () =>
  [
    route("showIdentityVersion", "GET", "/v3", "Show the Identity API version", "public"),
    route("issueToken", "POST", "/v3/auth/tokens", "Issue a token", "public"),
    route("validateToken", "GET", "/v3/auth/tokens", "Validate and show a token"),
    route("validateToken", "HEAD", "/v3/auth/tokens", "Validate a token"),
    route("revokeToken", "DELETE", "/v3/auth/tokens", "Revoke a token"),
    route("showCatalog", "GET", "/v3/auth/catalog", "Show the service catalog"),
    route("listOwnProjects", "GET", "/v3/auth/projects", "List the projects the caller can scope to"),
    route("federate", "GET", federation, "Exchange a provider's token for an unscoped one", "public"),
    route("federate", "POST", federation, "Exchange a provider's token for an unscoped one", "public"),
    route(
      "showTokenKeys",
      "GET",
      "/v3/.well-known/jwks.json",
      "Show the public keys of tokens (JWK set)",
      "public",
    ),
    route("listProjects", "GET", "/v3/projects", "List projects"),
    route("createProject", "POST", "/v3/projects", "Create a project (admins)"),
    route("showProject", "GET", project, "Show a project"),
    route("updateProject", "PATCH", project, "Update a project (admins)"),
    route("deleteProject", "DELETE", project, "Delete a project (admins)"),
    route("listGrants", "GET", grant, "List the roles of a user in a project"),
    route("grantRole", "PUT", `${grant}/{role_id}`, "Give a user a role in a project (admins)"),
    route("revokeRole", "DELETE", `${grant}/{role_id}`, "Take a role away (admins)"),
    route("listUsers", "GET", "/v3/users", "List users (admins)"),
    route("createUser", "POST", "/v3/users", "Create a user (admins)"),
    route("showUser", "GET", user, "Show a user (admins, and the user)"),
    route("updateUser", "PATCH", user, "Update a user (admins)"),
    route("deleteUser", "DELETE", user, "Delete a user (admins)"),
    route(
      "changePassword",
      "POST",
      `${user}/password`,
      "Change the own password, proved by the old one",
      "public",
    ),
    route(
      "listUserProjects",
      "GET",
      `${user}/projects`,
      "List the projects of a user (admins, and the user)",
    ),
    route("listCredentials", "GET", credentials, "List the own application credentials"),
    route("createCredential", "POST", credentials, "Create an application credential"),
    route("showCredential", "GET", credential, "Show an own application credential"),
    route("deleteCredential", "DELETE", credential, "Delete an own application credential"),
    route("listDomains", "GET", "/v3/domains", "List domains: the one there is"),
    route("showDomain", "GET", "/v3/domains/{domain_id}", "Show a domain"),
    route("listRoles", "GET", "/v3/roles", "List roles"),
    route("showRole", "GET", "/v3/roles/{role_id}", "Show a role"),
    route("listAssignments", "GET", "/v3/role_assignments", "List role assignments"),
  ] as const;

/** Keystone's paths, with Keystone's meaning. */
export const identityRoutes = /* @__PURE__ */ table();
