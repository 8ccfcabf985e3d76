import type { IdentityStore } from "../../ports/identity-store.ts";
import { storeRevocation } from "./identity-epochs.ts";
import { projectOf, userOf } from "./identity-items.ts";
import { createRecord, deleteRecord, listRecords, updateRecord } from "./identity-records.ts";
import { assignmentsOf, assignRole, removeRole, removeRoles, rolesOf } from "./identity-roles.ts";
import {
  eachOf,
  findById,
  findByName,
  type IdentityTable,
  raiseEpoch,
  writeItems,
} from "./identity-table.ts";

/** Users, projects and role assignments as items of the one table. */
export function dynamodbIdentityStore(table: IdentityTable): IdentityStore {
  return {
    async findUser(id) {
      const item = await findById(table, "user", id);
      return item && userOf(item);
    },
    async findUserByName(name, domainId) {
      const item = await findByName(table, "user", name, domainId);
      return item && userOf(item);
    },
    listUsers: (domainId, most) => listRecords(table, "user", domainId, most, userOf),
    async findProject(id) {
      const item = await findById(table, "project", id);
      return item && projectOf(item);
    },
    async findProjectByName(name, domainId) {
      const item = await findByName(table, "project", name, domainId);
      return item && projectOf(item);
    },
    listProjects: (domainId, most) => listRecords(table, "project", domainId, most, projectOf),
    rolesOf: (userId, projectId) => rolesOf(table, userId, projectId),
    async projectsOf(userId) {
      const ids = new Set((await assignmentsOf(table, { userId })).map(({ projectId }) => projectId));
      const items = await eachOf([...ids], (id) => findById(table, "project", id));
      return items
        .filter((item) => item !== undefined)
        .map(projectOf)
        .sort((one, other) => (one.name < other.name ? -1 : 1));
    },
    assignmentsOf: (of) => assignmentsOf(table, of),
    createUser: async (user) => userOf(await createRecord(table, "user", user)),
    createProject: async (project) => projectOf(await createRecord(table, "project", project)),
    async updateUser(id, changes, { revoke }) {
      const item = await updateRecord(
        table,
        "user",
        id,
        { ...changes },
        revoke ? [raiseEpoch(table, id)] : [],
      );
      return item && userOf(item);
    },
    async updateProject(id, changes) {
      const item = await updateRecord(table, "project", id, { ...changes });
      return item && projectOf(item);
    },
    async deleteUser(id) {
      const disabled = await updateRecord(table, "user", id, { enabled: false }, [raiseEpoch(table, id)]);
      if (!disabled) return false;
      await removeRoles(table, await assignmentsOf(table, { userId: id }));
      return deleteRecord(table, "user", id);
    },
    async deleteProject(id) {
      if (!(await updateRecord(table, "project", id, { enabled: false }))) return false;
      await removeRoles(table, await assignmentsOf(table, { projectId: id }));
      return deleteRecord(table, "project", id);
    },
    assignRole: (assignment) => assignRole(table, assignment),
    removeRole: (assignment) => removeRole(table, assignment),
    async revokeTokens(userId) {
      await writeItems(table, [raiseEpoch(table, userId)]);
    },
    revokeToken: (token, now) => storeRevocation(table, token, now),
  };
}
