import { domainIdOf } from "../domain/domain.ts";
import type { Reference } from "../domain/login.ts";
import type { User } from "../domain/user.ts";
import type { IdentityStore } from "../ports/identity-store.ts";

/** The user that a client names; undefined for an unknown one. */
export async function findUser(identities: IdentityStore, reference: Reference): Promise<User | undefined> {
  if ("id" in reference) return identities.findUser(reference.id);
  const domainId = domainIdOf(reference.domain);
  return domainId === undefined ? undefined : identities.findUserByName(reference.name, domainId);
}
