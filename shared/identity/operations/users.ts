import { randomUUID } from "node:crypto";
import type { Caller } from "../../caller.ts";
import { Forbidden, NotFound } from "../../errors.ts";
import { defaultDomain } from "../domain/domain.ts";
import { hashPassword } from "../domain/password-hash.ts";
import { Unauthenticated } from "../domain/refusals.ts";
import type { NewUser, PasswordChange, User, UserUpdate } from "../domain/user.ts";
import type { CredentialStore } from "../ports/credential-store.ts";
import type { IdentityStore, Listing } from "../ports/identity-store.ts";
import type { LoginFailures } from "../ports/login-failures.ts";
import type { PasswordProof } from "../ports/password-proof.ts";
import { requireAdmin, requireSelfOrAdmin } from "./access-rules.ts";
import { guardLogin } from "./guard-login.ts";
import { MOST_LISTED } from "./listing.ts";

export interface UserWiring {
  readonly identities: IdentityStore;
  readonly credentials: CredentialStore;
  readonly passwords: PasswordProof;
  readonly failures: LoginFailures;
  /** Another service keeps the passwords: here none can be set. */
  readonly passwordsElsewhere: boolean;
}

const noUser = (id: string) => new NotFound(`Could not find user: ${id}.`);

/** Keystone's operations on users: admins do everything, everybody sees itself and changes its own password. */
export function userOperations(wiring: UserWiring) {
  const { identities, credentials, passwords, failures } = wiring;

  async function hashed(password: string | undefined): Promise<Pick<User, "passwordHash">> {
    if (password === undefined) return {};
    if (wiring.passwordsElsewhere) throw new Forbidden("Passwords are kept by another service.");
    return { passwordHash: await hashPassword(password) };
  }

  return {
    async list(caller: Caller, name: string | undefined): Promise<Listing<User>> {
      requireAdmin(caller, "list_users");
      if (name === undefined) return identities.listUsers(defaultDomain.id, MOST_LISTED);
      const user = await identities.findUserByName(name, defaultDomain.id);
      return { entries: user ? [user] : [], truncated: false };
    },
    async show(caller: Caller, id: string): Promise<User> {
      requireSelfOrAdmin(caller, id, "get_user");
      const user = await identities.findUser(id);
      if (!user) throw noUser(id);
      return user;
    },
    async create(caller: Caller, { password, ...user }: NewUser): Promise<User> {
      requireAdmin(caller, "create_user");
      const id = randomUUID().replaceAll("-", "");
      return identities.createUser({ id, ...user, ...(await hashed(password)) });
    },
    /** A new password and disabling revoke the user's tokens. */
    async update(caller: Caller, id: string, { password, ...changes }: UserUpdate): Promise<User> {
      requireAdmin(caller, "update_user");
      const secret = await hashed(password);
      const revoke = password !== undefined || changes.enabled === false;
      const user = await identities.updateUser(id, { ...changes, ...secret }, { revoke });
      if (!user) throw noUser(id);
      return user;
    },
    async remove(caller: Caller, id: string): Promise<void> {
      requireAdmin(caller, "delete_user");
      // Disabled first: nobody logs in, or makes a credential, while they are taken away.
      if (!(await identities.updateUser(id, { enabled: false }, { revoke: true }))) throw noUser(id);
      for (const credential of await credentials.credentialsOf(id)) {
        await credentials.deleteCredential(credential);
      }
      if (!(await identities.deleteUser(id))) throw noUser(id);
    },
    /** The user's own change, proved by the old password: no token is needed. Revokes the user's tokens. */
    async changePassword(id: string, { original, password }: PasswordChange, address: string): Promise<void> {
      const user = await identities.findUser(id);
      await guardLogin(failures)({ user: JSON.stringify({ id }), address }, async () => {
        const isRight = await passwords.prove(user, original);
        return isRight && user?.enabled ? user : undefined;
      });
      const changed = await identities.updateUser(id, await hashed(password), { revoke: true });
      if (!changed) throw new Unauthenticated();
    },
  };
}
