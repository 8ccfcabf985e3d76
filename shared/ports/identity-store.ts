import type { Project } from "../domain/identity/project.ts";
import type { User } from "../domain/identity/user.ts";

export interface RoleAssignment {
  readonly userId: string;
  readonly projectId: string;
  readonly roleName: string;
}

/** Users, projects and who has which role where. Every read sees every write that has returned. */
export interface IdentityStore {
  /** Undefined for an unknown id, as everywhere here. */
  findUser(id: string): Promise<User | undefined>;
  /** Names are unique within a domain and compare exactly. */
  findUserByName(name: string, domainId: string): Promise<User | undefined>;
  findProject(id: string): Promise<Project | undefined>;
  findProjectByName(name: string, domainId: string): Promise<Project | undefined>;
  /** Names of the user's roles in the project, sorted; empty when there is none. */
  rolesOf(userId: string, projectId: string): Promise<readonly string[]>;
  /** Projects in which the user has a role, enabled or not, sorted by name. */
  projectsOf(userId: string): Promise<readonly Project[]>;
  /**
   * Stores the user under its id and its name at once, or nothing. A user with this id and name that is there
   * already stays as it is and is returned. Throws Conflict when the id or the name belongs to another one.
   */
  createUser(user: User): Promise<User>;
  /** As createUser. */
  createProject(project: Project): Promise<Project>;
  /** Repeats change nothing. Throws NotFound, and stores nothing, when the user or the project does not exist. */
  assignRole(assignment: RoleAssignment): Promise<void>;
}
