import type { Project, ProjectChanges } from "../domain/project.ts";
import type { User, UserChanges } from "../domain/user.ts";

export interface RoleAssignment {
  readonly userId: string;
  readonly projectId: string;
  readonly roleName: string;
}

export interface RevokedToken {
  readonly userId: string;
  /** Its `jti`. */
  readonly tokenId: string;
  readonly expiresAt: number;
}

/** One page of a list; `truncated` when there is more. */
export interface Listing<Entry> {
  readonly entries: readonly Entry[];
  readonly truncated: boolean;
}

/** Users, projects and who has which role where. Every read sees every write that has returned. */
export interface IdentityStore {
  /** Undefined for an unknown id, as everywhere here. */
  findUser(id: string): Promise<User | undefined>;
  /** Names are unique within a domain and compare exactly. */
  findUserByName(name: string, domainId: string): Promise<User | undefined>;
  /** The first `most` users of the domain, sorted by name. */
  listUsers(domainId: string, most: number): Promise<Listing<User>>;
  findProject(id: string): Promise<Project | undefined>;
  findProjectByName(name: string, domainId: string): Promise<Project | undefined>;
  listProjects(domainId: string, most: number): Promise<Listing<Project>>;
  /** Names of the user's roles in the project, sorted; empty when there is none. */
  rolesOf(userId: string, projectId: string): Promise<readonly string[]>;
  /** Projects in which the user has a role, enabled or not, sorted by name. */
  projectsOf(userId: string): Promise<readonly Project[]>;
  /** All roles of a user, or in a project. */
  assignmentsOf(of: { userId: string } | { projectId: string }): Promise<readonly RoleAssignment[]>;
  /**
   * Stores the user under its id and its name at once, or nothing. A user with this id and name that is there
   * already stays as it is and is returned. Throws Conflict when the id or the name belongs to another one.
   */
  createUser(user: User): Promise<User>;
  /** As createUser. */
  createProject(project: Project): Promise<Project>;
  /**
   * Changes a user, all or nothing; undefined for an unknown one. Throws Conflict when a new name belongs to another
   * one. With `revoke` the user's epoch rises in the same step: its tokens are good no more.
   */
  updateUser(id: string, changes: UserChanges, options: { revoke: boolean }): Promise<User | undefined>;
  /** As updateUser, for whose tokens an epoch of the project does not exist: revoke its users' (`revokeTokens`). */
  updateProject(id: string, changes: ProjectChanges): Promise<Project | undefined>;
  /**
   * Deletes a user with its roles and revokes its tokens; false for an unknown one. When it breaks off, the user is
   * left disabled, to be deleted again.
   */
  deleteUser(id: string): Promise<boolean>;
  /** Deletes a project with all roles in it and revokes the tokens of who had them; breaks off as deleteUser. */
  deleteProject(id: string): Promise<boolean>;
  /** Repeats change nothing. Throws NotFound, and stores nothing, when the user or the project does not exist. */
  assignRole(assignment: RoleAssignment): Promise<void>;
  /** Takes a role away and revokes the user's tokens in the same step; false when there was none. */
  removeRole(assignment: RoleAssignment): Promise<boolean>;
  /** Raises the user's epoch. */
  revokeTokens(userId: string): Promise<void>;
  /**
   * Revokes one token, whose end (as `now`: seconds since 1970) says how long that must be remembered. Revokes all of
   * the user's tokens when there are more than 100 that would have to be remembered. Repeats change nothing.
   */
  revokeToken(token: RevokedToken, now: number): Promise<void>;
}
