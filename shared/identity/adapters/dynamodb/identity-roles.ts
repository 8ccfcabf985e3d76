import { NotFound } from "../../../errors.ts";
import type { RoleAssignment } from "../../ports/identity-store.ts";
import { ITEM_VERSION, idKey, requiredText, rolePrefix } from "./identity-items.ts";
import { exists, type IdentityTable, queryItems, raiseEpoch, writeItems } from "./identity-table.ts";

const ROLES = "role#";

/** An assignment is written twice, for the lists of a user and of a project. */
const keysOf = ({ userId, projectId, roleName }: RoleAssignment) => [
  { pk: idKey("user", userId).pk, sk: `${rolePrefix(projectId)}${roleName}` },
  { pk: idKey("project", projectId).pk, sk: `${rolePrefix(userId)}${roleName}` },
];

export async function assignmentsOf(
  table: IdentityTable,
  of: { userId: string } | { projectId: string },
): Promise<RoleAssignment[]> {
  const pk = "userId" in of ? idKey("user", of.userId).pk : idKey("project", of.projectId).pk;
  const assignments: RoleAssignment[] = [];
  for await (const item of queryItems(table, pk, ROLES)) {
    assignments.push({
      userId: requiredText(item, "userId"),
      projectId: requiredText(item, "projectId"),
      roleName: requiredText(item, "roleName"),
    });
  }
  return assignments;
}

export async function rolesOf(table: IdentityTable, userId: string, projectId: string): Promise<string[]> {
  const roles: string[] = [];
  for await (const item of queryItems(table, idKey("user", userId).pk, rolePrefix(projectId))) {
    roles.push(requiredText(item, "roleName"));
  }
  return roles.sort();
}

export async function assignRole(table: IdentityTable, assignment: RoleAssignment): Promise<void> {
  const { tableName: TableName } = table;
  const { userId, projectId } = assignment;
  const mustExist = [idKey("user", userId), idKey("project", projectId)].map((Key) => ({
    ConditionCheck: { TableName, Key, ConditionExpression: exists },
  }));
  const puts = keysOf(assignment).map((key) => ({
    Put: { TableName, Item: { ...key, v: ITEM_VERSION, ...assignment } },
  }));
  const written = await writeItems(table, [...mustExist, ...puts]);
  if (!written) throw new NotFound(`No user ${userId} or no project ${projectId} found.`);
}

/** False when there was no such assignment: then nothing is revoked either. */
export function removeRole(table: IdentityTable, assignment: RoleAssignment): Promise<boolean> {
  const deletes = keysOf(assignment).map((Key) => ({
    Delete: { TableName: table.tableName, Key, ConditionExpression: exists },
  }));
  return writeItems(table, [...deletes, raiseEpoch(table, assignment.userId)]);
}

/** Takes all these roles away, one after the other: a table refuses concurrent transactions on one epoch. */
export async function removeRoles(
  table: IdentityTable,
  assignments: readonly RoleAssignment[],
): Promise<void> {
  for (const assignment of assignments) await removeRole(table, assignment);
}
