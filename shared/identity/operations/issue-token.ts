import type { ApplicationCredential } from "../domain/application-credential.ts";
import type { Login } from "../domain/login.ts";
import { Unauthenticated } from "../domain/refusals.ts";
import { hasRole, withImplied } from "../domain/role.ts";
import type { User } from "../domain/user.ts";
import type { IdentityStore } from "../ports/identity-store.ts";
import { type IssuedToken, type MakeTokenWiring, makeToken } from "./make-token.ts";
import { type ProjectScope, projectScope } from "./project-scope.ts";
import { type ProveLoginWiring, proveLogin } from "./prove-login.ts";

export interface IssueTokenWiring extends ProveLoginWiring, MakeTokenWiring {}

/** The credential's project with those of its roles that the user still has. */
async function credentialScope(
  identities: IdentityStore,
  user: User,
  { projectId, roles }: ApplicationCredential,
): Promise<ProjectScope> {
  const scope = await projectScope(identities, user, { project: { id: projectId } });
  const most = withImplied(roles);
  const left = scope?.roles.filter((role) => hasRole(most, role)) ?? [];
  if (!scope || left.length === 0) throw new Unauthenticated();
  return { project: scope.project, roles: left };
}

/**
 * A signed token for whoever the credentials prove, scoped as asked. Throws as proveLogin does, and Unauthorized
 * with the same text when the scope does not fit. `address`: where the client is, for the count of failures.
 */
export const issueToken = (wiring: IssueTokenWiring) => {
  const prove = proveLogin(wiring);
  const make = makeToken(wiring);
  return async ({ credentials, scope }: Login, address: string): Promise<IssuedToken> => {
    const proven = await prove(credentials, address);
    const { user, credential } = proven;
    if (!credential) return make(proven, await projectScope(wiring.identities, user, scope));
    if (scope !== "default") throw new Unauthenticated("Application credentials cannot request a scope.");
    return make(proven, await credentialScope(wiring.identities, user, credential));
  };
};
