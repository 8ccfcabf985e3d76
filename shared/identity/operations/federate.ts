import { Conflict, NotFound } from "../../errors.ts";
import { defaultDomain } from "../domain/domain.ts";
import { identityId } from "../domain/identity-id.ts";
import { MAX_NAME_LENGTH } from "../domain/max-name-length.ts";
import { Unauthenticated } from "../domain/refusals.ts";
import type { User } from "../domain/user.ts";
import type { IdentityStore } from "../ports/identity-store.ts";
import type { FederatedIdentity, FindOidcVerifier } from "../ports/oidc-verifier.ts";
import type { UserEpochs } from "../ports/user-epochs.ts";
import { type IssuedToken, type MakeTokenWiring, makeToken } from "./make-token.ts";

export interface FederateWiring extends MakeTokenWiring {
  readonly identities: IdentityStore;
  readonly epochs: UserEpochs;
  readonly findVerifier: FindOidcVerifier;
}

/**
 * The user that stands for somebody at an identity provider, made at the first login, without roles: these are
 * assigned here. Its id follows from the provider and the issuer's id of the user, never from a name that people
 * may choose; so nobody becomes another user, or one with a password here, by a name.
 */
async function shadowUser(
  identities: IdentityStore,
  provider: string,
  { subject, userName }: FederatedIdentity,
): Promise<User> {
  const id = identityId("user", JSON.stringify(["federated", provider, subject]));
  const existing = await identities.findUser(id);
  if (existing) return existing;
  const create = (name: string) =>
    identities.createUser({
      id,
      name: `${name.slice(0, MAX_NAME_LENGTH)}@${provider}`,
      domainId: defaultDomain.id,
      enabled: true,
    });
  try {
    return await create(userName);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    return create(subject);
  }
}

/**
 * An unscoped token for whoever an issuer's access token stands for; with it the client chooses a project. Throws
 * NotFound for a provider that is not configured, Unauthorized for a token that is not good.
 */
export const federate = (wiring: FederateWiring) => {
  const make = makeToken(wiring);
  return async (provider: string, protocol: string, token: string | undefined): Promise<IssuedToken> => {
    const verifier = wiring.findVerifier(provider, protocol);
    if (!verifier) throw new NotFound("Could not find the identity provider or its protocol.");
    if (token === undefined) throw new Unauthenticated();
    const identity = await verifier.verify(token);
    const { id } = await shadowUser(wiring.identities, provider, identity);
    const epoch = await wiring.epochs.epochOf(id);
    const user = await wiring.identities.findUser(id);
    if (!user?.enabled) throw new Unauthenticated();
    return make({ user, epoch, methods: [protocol], latestExpiry: identity.expiresAt }, undefined);
  };
};
