import type { Project } from "../../shared/domain/identity/project.ts";
import type { User } from "../../shared/domain/identity/user.ts";
import { Conflict, NotFound } from "../../shared/errors.ts";
import type { IdentityStore, RoleAssignment } from "../../shared/ports/identity-store.ts";

interface Named {
  readonly id: string;
  readonly name: string;
  readonly domainId: string;
}

/** One kind of record, by id and by name. */
class Records<Kind extends Named> {
  readonly byId = new Map<string, Kind>();

  byName(name: string, domainId: string): Kind | undefined {
    return [...this.byId.values()].find((one) => one.name === name && one.domainId === domainId);
  }

  create(record: Kind): Kind {
    const sameName = this.byName(record.name, record.domainId);
    const sameId = this.byId.get(record.id);
    if (sameId && sameId === sameName) return sameId;
    if (sameId || sameName) throw new Conflict(`${record.name} is taken`);
    this.byId.set(record.id, record);
    return record;
  }
}

/** An IdentityStore in memory. */
export function memoryIdentityStore(): IdentityStore {
  const users = new Records<User>();
  const projects = new Records<Project>();
  const roles = new Map<string, RoleAssignment>();
  return {
    findUser: async (id) => users.byId.get(id),
    findUserByName: async (name, domainId) => users.byName(name, domainId),
    findProject: async (id) => projects.byId.get(id),
    findProjectByName: async (name, domainId) => projects.byName(name, domainId),
    rolesOf: async (userId, projectId) =>
      [...roles.values()]
        .filter((role) => role.userId === userId && role.projectId === projectId)
        .map(({ roleName }) => roleName)
        .sort(),
    projectsOf: async (userId) => {
      const own = [...roles.values()].filter((role) => role.userId === userId);
      const ids = new Set(own.map(({ projectId }) => projectId));
      return [...projects.byId.values()]
        .filter(({ id }) => ids.has(id))
        .sort((one, other) => (one.name < other.name ? -1 : 1));
    },
    createUser: async (user) => users.create(user),
    createProject: async (project) => projects.create(project),
    assignRole: async (role) => {
      if (!users.byId.has(role.userId) || !projects.byId.has(role.projectId)) {
        throw new NotFound("no such user or project");
      }
      roles.set(JSON.stringify(role), role);
    },
  };
}
