import type { Caller } from "../caller.ts";

/** A caller under the names that Glance gives to policies. A token of another scope has no project. */
export const credentialsOf = (caller: Caller) => ({
  user_id: caller.userId,
  user_domain_id: caller.userDomainId,
  project_id: caller.projectId || undefined,
  project_domain_id: caller.projectDomainId || undefined,
  roles: caller.roles,
  service_roles: caller.serviceRoles,
  system_scope: caller.scope === "system" ? "all" : null,
});

/** What rules may ask of a caller; a rule that names anything else is refused when it is read. */
export const credentialNames: readonly string[] = [
  "user_id",
  "user_domain_id",
  "project_id",
  "project_domain_id",
  "roles",
  "service_roles",
  "system_scope",
] satisfies (keyof ReturnType<typeof credentialsOf>)[];
