import type { Caller } from "../../caller.ts";
import { Forbidden, NotFound } from "../../errors.ts";
import { defaultDomain } from "../domain/domain.ts";
import { findRole, type Role, withImplied } from "../domain/role.ts";
import type { IdentityStore, RoleAssignment } from "../ports/identity-store.ts";
import { requireAdmin, requireSelfOrAdmin } from "./access-rules.ts";
import { MOST_LISTED } from "./listing.ts";

export interface AssignmentQuery {
  readonly userId?: string;
  readonly projectId?: string;
  readonly roleId?: string;
  /** With the roles that the assigned ones imply. */
  readonly effective: boolean;
}

interface Grant {
  readonly userId: string;
  readonly projectId: string;
  readonly roleId: string;
}

function roleById(id: string): Role {
  const role = findRole(id);
  if (!role) throw new NotFound(`Could not find role: ${id}.`);
  return role;
}

const withEffective = (assignments: readonly RoleAssignment[]): RoleAssignment[] =>
  [
    ...Map.groupBy(assignments, ({ userId, projectId }) => JSON.stringify([userId, projectId])).values(),
  ].flatMap((own) =>
    withImplied(own.map(({ roleName }) => roleName)).flatMap((roleName) =>
      own.slice(0, 1).map((assignment) => ({ ...assignment, roleName })),
    ),
  );

/** Keystone's operations on role assignments: admins see and change all, users see their own. */
export function roleOperations({ identities }: { identities: IdentityStore }) {
  async function everybody(): Promise<RoleAssignment[]> {
    const { entries, truncated } = await identities.listUsers(defaultDomain.id, MOST_LISTED);
    if (truncated) throw new Forbidden("There are too many role assignments: name a user or a project.");
    const assignments: RoleAssignment[] = [];
    for (const { id } of entries) assignments.push(...(await identities.assignmentsOf({ userId: id })));
    return assignments;
  }

  return {
    async grant(caller: Caller, { userId, projectId, roleId }: Grant): Promise<void> {
      requireAdmin(caller, "create_grant");
      await identities.assignRole({ userId, projectId, roleName: roleById(roleId).name });
    },
    /** Revokes the user's tokens. */
    async revoke(caller: Caller, { userId, projectId, roleId }: Grant): Promise<void> {
      requireAdmin(caller, "revoke_grant");
      const isRemoved = await identities.removeRole({ userId, projectId, roleName: roleById(roleId).name });
      if (!isRemoved) throw new NotFound(`Could not find role assignment with role: ${roleId}.`);
    },
    async granted(caller: Caller, userId: string, projectId: string): Promise<readonly string[]> {
      requireSelfOrAdmin(caller, userId, "list_grants");
      return identities.rolesOf(userId, projectId);
    },
    async assignments(caller: Caller, query: AssignmentQuery): Promise<readonly RoleAssignment[]> {
      const { userId, projectId, roleId, effective } = query;
      if (userId === undefined) requireAdmin(caller, "list_role_assignments");
      else requireSelfOrAdmin(caller, userId, "list_role_assignments");
      const all =
        userId !== undefined
          ? await identities.assignmentsOf({ userId })
          : projectId !== undefined
            ? await identities.assignmentsOf({ projectId })
            : await everybody();
      const role = roleId === undefined ? undefined : roleById(roleId).name;
      return (effective ? withEffective(all) : all).filter(
        (one) => one.projectId === (projectId ?? one.projectId) && one.roleName === (role ?? one.roleName),
      );
    },
  };
}
