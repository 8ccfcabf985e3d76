import type { Clock } from "../../clock.ts";
import type { ApplicationCredential } from "../domain/application-credential.ts";
import type { CredentialReference, Credentials, Reference } from "../domain/login.ts";
import { Unauthenticated } from "../domain/refusals.ts";
import type { User } from "../domain/user.ts";
import type { CredentialStore } from "../ports/credential-store.ts";
import type { IdentityStore } from "../ports/identity-store.ts";
import type { LoginFailures } from "../ports/login-failures.ts";
import type { PasswordProof } from "../ports/password-proof.ts";
import type { TokenReader } from "../ports/token-signer.ts";
import type { UserEpochs } from "../ports/user-epochs.ts";
import { findUser } from "./find-user.ts";
import { guardLogin } from "./guard-login.ts";

export interface ProveLoginWiring {
  readonly identities: IdentityStore;
  readonly credentials: CredentialStore;
  readonly epochs: UserEpochs;
  readonly passwords: PasswordProof;
  /** Proves secrets of application credentials, wherever passwords are proved. */
  readonly secrets: PasswordProof;
  readonly failures: LoginFailures;
  /** Reads scoped and unscoped tokens, for the method `token`. */
  readonly tokens: TokenReader;
  readonly clock: Clock;
}

export interface Proven {
  readonly user: User;
  readonly epoch: number;
  readonly methods: readonly string[];
  /** Seconds since 1970; a token got with a token never outlives it. */
  readonly latestExpiry: number;
  readonly credential?: ApplicationCredential;
}

type PasswordLogin = Extract<Credentials, { method: "password" }>;
type CredentialLogin = Extract<Credentials, { method: "application_credential" }>;

/**
 * The user as it is now, with an epoch read before: what changes from here on makes the token bad that is being
 * made. Undefined for one that is gone or disabled.
 */
async function currentUser({ identities, epochs }: ProveLoginWiring, id: string) {
  const epoch = await epochs.epochOf(id);
  const user = await identities.findUser(id);
  return user?.enabled ? { user, epoch } : undefined;
}

async function byPassword(login: PasswordLogin, address: string, wiring: ProveLoginWiring): Promise<Proven> {
  const named = await findUser(wiring.identities, login.user);
  // By id, whichever way it was named, so that there is one count; an unknown one by what was said.
  const account = named ? { id: named.id } : login.user;
  return guardLogin(wiring.failures)({ user: JSON.stringify(account), address }, async () => {
    const isRight = await wiring.passwords.prove(named, login.password);
    if (!isRight || !named) return undefined;
    const current = await currentUser(wiring, named.id);
    if (!current || current.user.passwordHash !== named.passwordHash) return undefined;
    return { ...current, methods: ["password"], latestExpiry: Number.POSITIVE_INFINITY };
  });
}

async function findCredential(
  { identities, credentials }: ProveLoginWiring,
  reference: CredentialReference,
): Promise<ApplicationCredential | undefined> {
  if ("id" in reference) return credentials.findCredential(reference.id);
  const user = await findUser(identities, reference.user as Reference);
  return user && credentials.findCredentialByName(user.id, reference.name);
}

async function byCredential(login: CredentialLogin, address: string, wiring: ProveLoginWiring) {
  const named = await findCredential(wiring, login.credential);
  const account = { credential: named?.id ?? login.credential };
  return guardLogin(wiring.failures)({ user: JSON.stringify(account), address }, async () => {
    const secret = named && { name: named.id, passwordHash: named.secretHash };
    if (!(await wiring.secrets.prove(secret, login.secret)) || !named) return undefined;
    const current = await currentUser(wiring, named.userId);
    // Read again after the epoch: it may have been deleted in the meantime.
    const credential = await wiring.credentials.findCredential(named.id);
    if (!current || !credential) return undefined;
    const latestExpiry = credential.expiresAt ?? Number.POSITIVE_INFINITY;
    if (latestExpiry * 1000 <= wiring.clock().getTime()) return undefined;
    return { ...current, methods: ["application_credential"], latestExpiry, credential };
  });
}

async function byToken(token: string, { identities, tokens }: ProveLoginWiring): Promise<Proven> {
  const old = await tokens.read(token);
  const user = await identities.findUser(old.sub);
  // A credential is for one project and some roles: its tokens must not become others.
  if (!user?.enabled || old.credential) throw new Unauthenticated();
  const methods = [...new Set(["token", ...old.methods])];
  return { user, epoch: old.epoch, methods, latestExpiry: old.exp };
}

/**
 * Whom the credentials prove. Throws Unauthorized, with one text for every cause, and TooManyFailures after too many
 * from this address. The user is read again also for the method `token`, so a disabled one gets none.
 */
export const proveLogin =
  (wiring: ProveLoginWiring) =>
  (credentials: Credentials, address: string): Promise<Proven> => {
    switch (credentials.method) {
      case "password":
        return byPassword(credentials, address, wiring);
      case "application_credential":
        return byCredential(credentials, address, wiring);
      case "token":
        return byToken(credentials.token, wiring);
    }
  };
