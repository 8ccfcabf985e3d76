import { Conflict, NotFound } from "../../../shared/errors.ts";
import type { ApplicationCredential } from "../../../shared/identity/domain/application-credential.ts";
import type { Project } from "../../../shared/identity/domain/project.ts";
import type { User } from "../../../shared/identity/domain/user.ts";
import type { CredentialStore } from "../../../shared/identity/ports/credential-store.ts";
import type { IdentityStore, RoleAssignment } from "../../../shared/identity/ports/identity-store.ts";
import type { UserEpochs } from "../../../shared/identity/ports/user-epochs.ts";

interface Named {
  readonly id: string;
  readonly name: string;
  readonly domainId: string;
}

const byName = (one: { name: string }, other: { name: string }) => (one.name < other.name ? -1 : 1);

/** One kind of record, by id and by name. */
class Records<Kind extends Named> {
  readonly byId = new Map<string, Kind>();

  byName(name: string, domainId: string): Kind | undefined {
    return [...this.byId.values()].find((one) => one.name === name && one.domainId === domainId);
  }

  list(domainId: string, most: number) {
    const all = [...this.byId.values()].filter((one) => one.domainId === domainId).sort(byName);
    return { entries: all.slice(0, most), truncated: all.length > most };
  }

  create(record: Kind): Kind {
    const sameName = this.byName(record.name, record.domainId);
    const sameId = this.byId.get(record.id);
    if (sameId && sameId === sameName) return sameId;
    if (sameId || sameName) throw new Conflict(`${record.name} is taken`);
    this.byId.set(record.id, record);
    return record;
  }

  update(id: string, changes: Partial<Kind>): Kind | undefined {
    const old = this.byId.get(id);
    if (!old) return undefined;
    const changed = { ...old, ...changes };
    const winner = this.byName(changed.name, changed.domainId);
    if (winner && winner.id !== id) throw new Conflict(`${changed.name} is taken`);
    this.byId.set(id, changed);
    return changed;
  }
}

export type MemoryIdentity = IdentityStore & CredentialStore & UserEpochs;

/** Users, projects, roles, application credentials and epochs in memory. */
export function memoryIdentityStore(): MemoryIdentity {
  const users = new Records<User>();
  const projects = new Records<Project>();
  const roles = new Map<string, RoleAssignment>();
  const credentials = new Map<string, ApplicationCredential>();
  const epochs = new Map<string, number>();

  const revoked = new Map<string, Map<string, number>>();

  const raise = (userId: string) => {
    epochs.set(userId, (epochs.get(userId) ?? 0) + 1);
    revoked.delete(userId);
  };
  const keyOf = ({ userId, projectId, roleName }: RoleAssignment) =>
    JSON.stringify([userId, projectId, roleName]);
  const assignments = (fits: (role: RoleAssignment) => boolean) => [...roles.values()].filter(fits);
  function remove(assignment: RoleAssignment): boolean {
    const removed = roles.delete(keyOf(assignment));
    if (removed) raise(assignment.userId);
    return removed;
  }

  return {
    findUser: async (id) => users.byId.get(id),
    findUserByName: async (name, domainId) => users.byName(name, domainId),
    listUsers: async (domainId, most) => users.list(domainId, most),
    findProject: async (id) => projects.byId.get(id),
    findProjectByName: async (name, domainId) => projects.byName(name, domainId),
    listProjects: async (domainId, most) => projects.list(domainId, most),
    rolesOf: async (userId, projectId) =>
      assignments((role) => role.userId === userId && role.projectId === projectId)
        .map(({ roleName }) => roleName)
        .sort(),
    projectsOf: async (userId) => {
      const ids = new Set(assignments((role) => role.userId === userId).map(({ projectId }) => projectId));
      return [...projects.byId.values()].filter(({ id }) => ids.has(id)).sort(byName);
    },
    assignmentsOf: async (of) =>
      assignments((role) =>
        "userId" in of ? role.userId === of.userId : role.projectId === of.projectId,
      ).sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1)),
    createUser: async (user) => users.create(user),
    createProject: async (project) => projects.create(project),
    updateUser: async (id, changes, { revoke }) => {
      const user = users.update(id, changes);
      if (user && revoke) raise(id);
      return user;
    },
    updateProject: async (id, changes) => projects.update(id, changes),
    deleteUser: async (id) => {
      for (const role of assignments(({ userId }) => userId === id)) remove(role);
      raise(id);
      return users.byId.delete(id);
    },
    deleteProject: async (id) => {
      for (const role of assignments(({ projectId }) => projectId === id)) remove(role);
      return projects.byId.delete(id);
    },
    assignRole: async (role) => {
      if (!users.byId.has(role.userId) || !projects.byId.has(role.projectId)) {
        throw new NotFound("no such user or project");
      }
      roles.set(keyOf(role), role);
    },
    removeRole: async (role) => remove(role),
    revokeTokens: async (userId) => {
      raise(userId);
    },
    revokeToken: async ({ userId, tokenId, expiresAt }, now) => {
      const kept = new Map([...(revoked.get(userId) ?? [])].filter(([, end]) => end > now));
      kept.set(tokenId, expiresAt);
      if (kept.size > 100) raise(userId);
      else revoked.set(userId, kept);
    },
    epochOf: async (userId) => epochs.get(userId) ?? 0,
    revocationsOf: async (userId) => ({
      epoch: epochs.get(userId) ?? 0,
      tokenIds: new Set(revoked.get(userId)?.keys()),
    }),
    findCredential: async (id) => credentials.get(id),
    findCredentialByName: async (userId, name) =>
      [...credentials.values()].find((one) => one.userId === userId && one.name === name),
    credentialsOf: async (userId) =>
      [...credentials.values()].filter((one) => one.userId === userId).sort(byName),
    createCredential: async (credential) => {
      if (!users.byId.has(credential.userId)) throw new NotFound("no such user");
      const isTaken = [...credentials.values()].some(
        ({ userId, name }) => userId === credential.userId && name === credential.name,
      );
      if (isTaken) throw new Conflict(`${credential.name} is taken`);
      credentials.set(credential.id, credential);
    },
    deleteCredential: async ({ id, userId }) => {
      const removed = credentials.delete(id);
      if (removed) raise(userId);
      return removed;
    },
  };
}
