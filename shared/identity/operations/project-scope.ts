import { domainIdOf } from "../domain/domain.ts";
import type { Reference, ScopeRequest } from "../domain/login.ts";
import type { Project } from "../domain/project.ts";
import { Unauthenticated } from "../domain/refusals.ts";
import { withImplied } from "../domain/role.ts";
import type { User } from "../domain/user.ts";
import type { IdentityStore } from "../ports/identity-store.ts";

export interface ProjectScope {
  readonly project: Project;
  /** Role names with those that they imply; never empty. */
  readonly roles: readonly string[];
}

async function scopeTo(
  identities: IdentityStore,
  user: User,
  project: Project | undefined,
): Promise<ProjectScope | undefined> {
  if (!project?.enabled) return undefined;
  const roles = await identities.rolesOf(user.id, project.id);
  return roles.length > 0 ? { project, roles: withImplied(roles) } : undefined;
}

function findProject(identities: IdentityStore, reference: Reference): Promise<Project | undefined> {
  if ("id" in reference) return identities.findProject(reference.id);
  const domainId = domainIdOf(reference.domain);
  return domainId === undefined
    ? Promise.resolve(undefined)
    : identities.findProjectByName(reference.name, domainId);
}

/** The user's default project, else the only one it has, else none. */
async function defaultScope(identities: IdentityStore, user: User): Promise<ProjectScope | undefined> {
  if (user.defaultProjectId !== undefined) {
    const preferred = await identities.findProject(user.defaultProjectId);
    const scope = await scopeTo(identities, user, preferred);
    if (scope) return scope;
  }
  const enabled = (await identities.projectsOf(user.id)).filter((project) => project.enabled);
  return enabled.length === 1 ? scopeTo(identities, user, enabled[0]) : undefined;
}

/**
 * What the token will be scoped to; undefined for an unscoped one. A project that is unknown, disabled or without a
 * role of the user is one and the same refusal: Unauthenticated.
 */
export async function projectScope(
  identities: IdentityStore,
  user: User,
  request: ScopeRequest,
): Promise<ProjectScope | undefined> {
  if (request === "unscoped") return undefined;
  if (request === "default") return defaultScope(identities, user);
  const scope = await scopeTo(identities, user, await findProject(identities, request.project));
  if (!scope) throw new Unauthenticated();
  return scope;
}
