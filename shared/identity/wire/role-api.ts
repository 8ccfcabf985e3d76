import { NotFound } from "../../errors.ts";
import { type ApiOperation, type ApiRequest, noContent } from "../../http/api-request.ts";
import { defaultDomain } from "../domain/domain.ts";
import { findRole, findRoleByName, fixedRoles, roleOf } from "../domain/role.ts";
import { roleOperations } from "../operations/roles.ts";
import type { IdentityStore, RoleAssignment } from "../ports/identity-store.ts";
import { many, one } from "./answers.ts";
import { type Document, roleDocument } from "./documents.ts";
import { filterBy, idIn, knownCallerOf } from "./requests.ts";

const grantIn = (request: ApiRequest) => ({
  projectId: idIn(request, "project_id"),
  userId: idIn(request, "user_id"),
  roleId: idIn(request, "role_id"),
});

/** Keystone's flags are on when they are there, whatever their value but 0. */
const isOn = ({ query }: ApiRequest, name: string): boolean => query.has(name) && query.get(name) !== "0";

/** Roles and who has them. */
export function roleApi({ identities }: { identities: IdentityStore }) {
  const roles = roleOperations({ identities });

  /** The names beside the ids, for `include_names`. */
  async function namesOf({ userId, projectId }: RoleAssignment) {
    const [user, project] = await Promise.all([
      identities.findUser(userId),
      identities.findProject(projectId),
    ]);
    const domain = defaultDomain;
    return { user: { name: user?.name ?? "", domain }, project: { name: project?.name ?? "", domain } };
  }

  async function assignmentDocument(assignment: RoleAssignment, withNames: boolean): Promise<Document> {
    const { userId, projectId, roleName } = assignment;
    const role = roleOf(roleName);
    const names = withNames ? await namesOf(assignment) : undefined;
    return (base) => ({
      user: { id: userId, ...names?.user },
      scope: { project: { id: projectId, ...names?.project } },
      role: names ? role : { id: role.id },
      links: { assignment: `${base}/projects/${projectId}/users/${userId}/roles/${role.id}` },
    });
  }

  return {
    listRoles: async (request) => {
      const name = filterBy(request, "name");
      const role = name === undefined ? undefined : findRoleByName(name);
      const found = name === undefined ? fixedRoles : role ? [role] : [];
      return many(request, "roles", found.map(roleDocument));
    },
    showRole: async (request) => {
      const id = idIn(request, "role_id");
      const role = findRole(id);
      if (!role) throw new NotFound(`Could not find role: ${id}.`);
      return one(request, "role", roleDocument(role));
    },
    grantRole: async (request) => {
      await roles.grant(knownCallerOf(request), grantIn(request));
      return noContent;
    },
    revokeRole: async (request) => {
      await roles.revoke(knownCallerOf(request), grantIn(request));
      return noContent;
    },
    listGrants: async (request) => {
      const [userId, projectId] = [idIn(request, "user_id"), idIn(request, "project_id")];
      const names = await roles.granted(knownCallerOf(request), userId, projectId);
      return many(request, "roles", names.map(roleOf).map(roleDocument));
    },
    listAssignments: async (request) => {
      const [userId, projectId, roleId] = ["user.id", "scope.project.id", "role.id"].map((name) =>
        filterBy(request, name),
      );
      const assignments = await roles.assignments(knownCallerOf(request), {
        ...(userId !== undefined && { userId }),
        ...(projectId !== undefined && { projectId }),
        ...(roleId !== undefined && { roleId }),
        effective: isOn(request, "effective"),
      });
      const documents: Document[] = [];
      for (const assignment of assignments) {
        documents.push(await assignmentDocument(assignment, isOn(request, "include_names")));
      }
      return many(request, "role_assignments", documents);
    },
  } satisfies Record<string, ApiOperation>;
}
