import { randomUUID } from "node:crypto";
import { type Caller, isAdmin } from "../../caller.ts";
import { NotFound } from "../../errors.ts";
import { defaultDomain } from "../domain/domain.ts";
import type { Project, ProjectChanges } from "../domain/project.ts";
import { notAuthorized } from "../domain/refusals.ts";
import type { IdentityStore, Listing } from "../ports/identity-store.ts";
import { requireAdmin, requireSelfOrAdmin } from "./access-rules.ts";
import { MOST_LISTED } from "./listing.ts";

const noProject = (id: string) => new NotFound(`Could not find project: ${id}.`);
const whole = <Entry>(entries: readonly Entry[]): Listing<Entry> => ({ entries, truncated: false });

/** Keystone's operations on projects: admins see and change all, everybody else sees its own, one by one or by user. */
export function projectOperations({ identities }: { identities: IdentityStore }) {
  /** The tokens of all who have a role there say that the project is good. */
  async function revokeTokensIn(projectId: string): Promise<void> {
    const assignments = await identities.assignmentsOf({ projectId });
    for (const userId of new Set(assignments.map(({ userId }) => userId))) {
      await identities.revokeTokens(userId);
    }
  }
  return {
    /**
     * Those of a name, or all: for admins. Others are refused whatever the name, as by Keystone: the openstack client
     * takes an id that it may not look up for what it is, lists a user's own projects by the user's path, and breaks
     * off over any list that is not the one it asked for (osc_lib, find_resource).
     */
    async list(caller: Caller, name: string | undefined): Promise<Listing<Project>> {
      requireAdmin(caller, "list_projects");
      if (name === undefined) return identities.listProjects(defaultDomain.id, MOST_LISTED);
      const project = await identities.findProjectByName(name, defaultDomain.id);
      return whole(project ? [project] : []);
    },
    /** Also disabled ones, and for the user itself or admins. */
    async listOf(caller: Caller, userId: string): Promise<Listing<Project>> {
      requireSelfOrAdmin(caller, userId, "list_user_projects");
      return whole(await identities.projectsOf(userId));
    },
    async show(caller: Caller, id: string): Promise<Project> {
      if (!isAdmin(caller) && (await identities.rolesOf(caller.userId, id)).length === 0) {
        throw notAuthorized("get_project");
      }
      const project = await identities.findProject(id);
      if (!project) throw noProject(id);
      return project;
    },
    create(caller: Caller, project: Omit<Project, "id">): Promise<Project> {
      requireAdmin(caller, "create_project");
      return identities.createProject({ id: randomUUID().replaceAll("-", ""), ...project });
    },
    async update(caller: Caller, id: string, changes: ProjectChanges): Promise<Project> {
      requireAdmin(caller, "update_project");
      const project = await identities.updateProject(id, changes);
      if (!project) throw noProject(id);
      // Also when it was disabled before: the first attempt may have broken off here.
      if (changes.enabled === false) await revokeTokensIn(id);
      return project;
    },
    async remove(caller: Caller, id: string): Promise<void> {
      requireAdmin(caller, "delete_project");
      if (!(await identities.deleteProject(id))) throw noProject(id);
    },
  };
}
