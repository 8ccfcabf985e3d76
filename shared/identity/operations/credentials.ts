import { randomBytes, randomUUID } from "node:crypto";
import type { Caller } from "../../caller.ts";
import type { Clock } from "../../clock.ts";
import { Forbidden, NotFound } from "../../errors.ts";
import type { ApplicationCredential, NewCredential } from "../domain/application-credential.ts";
import { hashPassword } from "../domain/password-hash.ts";
import { invalid, notAuthorized } from "../domain/refusals.ts";
import { hasRole, withImplied } from "../domain/role.ts";
import type { CredentialStore } from "../ports/credential-store.ts";
import type { IdentityStore } from "../ports/identity-store.ts";

export interface CredentialWiring {
  readonly credentials: CredentialStore;
  readonly identities: IdentityStore;
  readonly clock: Clock;
}

const SECRET_BYTES = 32;
/** As many logins as a user may have; each is listed in one answer. */
const MOST_CREDENTIALS = 100;

function requireSelf(caller: Caller, userId: string, action: string): void {
  if (caller.userId !== userId) throw notAuthorized(action);
}

/** A credential must not make or delete others, unless it was made for that (Keystone's `unrestricted`). */
function requireUnrestricted(caller: Caller, action: string): void {
  if (caller.isRestricted) throw notAuthorized(action);
}

/** Keystone's operations on application credentials: each user's are its own business, not even an admin's. */
export function credentialOperations({ credentials, identities, clock }: CredentialWiring) {
  async function own(caller: Caller, userId: string, id: string, action: string) {
    requireSelf(caller, userId, action);
    const credential = await credentials.findCredential(id);
    if (credential?.userId !== userId) throw new NotFound(`Could not find Application Credential: ${id}.`);
    return credential;
  }

  return {
    /**
     * The credential with its secret, which nobody can read again. It is for the project of the caller's token, with
     * at most the roles of that token.
     */
    async create(caller: Caller, userId: string, request: NewCredential) {
      const action = "create_application_credential";
      requireSelf(caller, userId, action);
      requireUnrestricted(caller, action);
      if (caller.projectId === "") throw new Forbidden("A project-scoped token is required.");
      const { secret = randomBytes(SECRET_BYTES).toString("base64url"), roles, ...rest } = request;
      if (rest.expiresAt !== undefined && rest.expiresAt * 1000 <= clock().getTime()) {
        throw invalid("expires_at", "it is not in the future.");
      }
      const held = withImplied(await identities.rolesOf(userId, caller.projectId)).filter((role) =>
        caller.roles.includes(role.toLowerCase()),
      );
      const missing = roles?.find((role) => !hasRole(held, role));
      if (missing !== undefined) throw invalid("roles", `the role ${missing} is not in your token.`);
      if ((await credentials.credentialsOf(userId)).length >= MOST_CREDENTIALS) {
        throw new Forbidden(`A user has at most ${MOST_CREDENTIALS} application credentials.`);
      }
      const credential: ApplicationCredential = {
        unrestricted: false,
        ...rest,
        id: randomUUID().replaceAll("-", ""),
        userId,
        projectId: caller.projectId,
        roles: roles ?? held,
        secretHash: await hashPassword(secret),
      };
      await credentials.createCredential(credential);
      return { credential, secret };
    },
    async list(caller: Caller, userId: string, name: string | undefined) {
      requireSelf(caller, userId, "list_application_credentials");
      const all = await credentials.credentialsOf(userId);
      return all.filter((credential) => credential.name === (name ?? credential.name));
    },
    show: (caller: Caller, userId: string, id: string): Promise<ApplicationCredential> =>
      own(caller, userId, id, "get_application_credential"),
    /** Revokes the user's tokens, those of the credential among them. */
    async remove(caller: Caller, userId: string, id: string): Promise<void> {
      const action = "delete_application_credential";
      const credential = await own(caller, userId, id, action);
      requireUnrestricted(caller, action);
      await credentials.deleteCredential(credential);
    },
  };
}
