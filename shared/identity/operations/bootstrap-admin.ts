import { randomUUID } from "node:crypto";
import { defaultDomain } from "../domain/domain.ts";
import { hashPassword } from "../domain/password-hash.ts";
import type { Project } from "../domain/project.ts";
import type { User } from "../domain/user.ts";
import type { IdentityStore } from "../ports/identity-store.ts";

interface FirstAdmin {
  readonly user: string;
  readonly project: string;
  /** Absent where another service proves passwords. */
  readonly password?: string;
}

interface Bootstrapped {
  readonly user: User;
  readonly project: Project;
  /** False for a user that was there: it is enabled and has the new password. */
  readonly isNew: boolean;
}

const domainId = defaultDomain.id;
const newId = () => randomUUID().replaceAll("-", "");

/**
 * An enabled user with the role admin in an enabled project and this password, made or changed as needed: for the
 * first admin, and for one whose password is lost. Tokens of an earlier password are revoked. Safe to repeat.
 */
export const bootstrapAdmin =
  ({ identities }: { identities: IdentityStore }) =>
  async ({ user: userName, project: projectName, password }: FirstAdmin): Promise<Bootstrapped> => {
    const project =
      (await identities.findProjectByName(projectName, domainId)) ??
      (await identities.createProject({ id: newId(), name: projectName, domainId, enabled: true }));
    if (!project.enabled) await identities.updateProject(project.id, { enabled: true });
    const secret = password === undefined ? {} : { passwordHash: await hashPassword(password) };
    const existing = await identities.findUserByName(userName, domainId);
    const changed =
      existing && (await identities.updateUser(existing.id, { enabled: true, ...secret }, { revoke: true }));
    const user =
      changed ??
      (await identities.createUser({
        id: newId(),
        name: userName,
        domainId,
        enabled: true,
        defaultProjectId: project.id,
        ...secret,
      }));
    await identities.assignRole({ userId: user.id, projectId: project.id, roleName: "admin" });
    return { user, project, isNew: !existing };
  };
