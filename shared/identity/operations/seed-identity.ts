import { defaultDomain } from "../domain/domain.ts";
import { identityId } from "../domain/identity-id.ts";
import type { Project } from "../domain/project.ts";
import type { User } from "../domain/user.ts";
import type { IdentityStore } from "../ports/identity-store.ts";

interface SeedUser {
  readonly name: string;
  /** As password-hash.ts makes it. */
  readonly passwordHash: string;
  /** Name of the project the roles are for; also the user's default project. */
  readonly project: string;
  readonly roles: readonly string[];
}

export interface IdentitySeed {
  readonly projects: readonly string[];
  readonly users: readonly SeedUser[];
}

const domainId = defaultDomain.id;

async function ensureProject(identities: IdentityStore, name: string): Promise<Project> {
  const existing = await identities.findProjectByName(name, domainId);
  return (
    existing ?? identities.createProject({ id: identityId("project", name), name, domainId, enabled: true })
  );
}

async function ensureUser(identities: IdentityStore, seed: SeedUser, project: Project): Promise<User> {
  const existing = await identities.findUserByName(seed.name, domainId);
  if (existing) return existing;
  return identities.createUser({
    id: identityId("user", seed.name),
    name: seed.name,
    domainId,
    enabled: true,
    defaultProjectId: project.id,
    passwordHash: seed.passwordHash,
  });
}

/**
 * Creates what is missing of these projects, users and role assignments, and changes nothing that exists: a password
 * changed later stays changed. Ids follow from the names. Safe to repeat and to run twice at once.
 */
export const seedIdentity =
  ({ identities }: { identities: IdentityStore }) =>
  async ({ projects, users }: IdentitySeed): Promise<void> => {
    for (const name of projects) await ensureProject(identities, name);
    for (const seed of users) {
      const project = await ensureProject(identities, seed.project);
      const user = await ensureUser(identities, seed, project);
      for (const roleName of seed.roles) {
        await identities.assignRole({ userId: user.id, projectId: project.id, roleName });
      }
    }
  };
