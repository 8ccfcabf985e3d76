import { ownValue } from "../../../own-value.ts";
import type { ApplicationCredential } from "../../domain/application-credential.ts";
import type { Project } from "../../domain/project.ts";
import type { User } from "../../domain/user.ts";

/**
 * Items of the identity service, all in partitions that begin with `identity#` (its IAM policy ends there):
 *   identity#user#<id>                 user                          the user
 *   identity#user#<id>                 role#<projectId>#<roleName>   one role assignment
 *   identity#user#<id>                 credential#<name>             id of an application credential
 *   identity#project#<id>              project                       the project
 *   identity#project#<id>              role#<userId>#<roleName>      the same role assignment
 *   identity#user-names#<domainId>     <name>                        the user's id
 *   identity#project-names#<domainId>  <name>                        the project's id
 *   identity#credential#<id>           credential                    an application credential
 *   identity#epoch#<userId>            epoch                         the user's epoch, and revoked tokens of it
 *   identity#failures#<hash>           failures                      refused logins of an account from an address
 *   identity#keys                      keys                          public keys of tokens
 * Epochs and keys lie in partitions of their own: the image functions may read these and nothing else.
 */
export type IdentityKind = "user" | "project";

export type IdentityItem = Readonly<Record<string, unknown>>;

export const ITEM_VERSION = 1;

export const idKey = (kind: IdentityKind, id: string) => ({ pk: `identity#${kind}#${id}`, sk: kind });

/** One partition holds all names of a domain: lists are read in their order. */
export const namesOf = (kind: IdentityKind, domainId: string): string => `identity#${kind}-names#${domainId}`;
export const identityNameKey = (kind: IdentityKind, name: string, domainId: string) => ({
  pk: namesOf(kind, domainId),
  sk: name,
});

/** Encoded, so that an id with a # in it cannot lend its roles to another project. */
export const rolePrefix = (otherId: string): string => `role#${encodeURIComponent(otherId)}#`;

export const credentialKey = (id: string) => ({ pk: `identity#credential#${id}`, sk: "credential" });
export const CREDENTIAL_NAMES = "credential#";
export const credentialNameKey = (userId: string, name: string) => ({
  pk: idKey("user", userId).pk,
  sk: `${CREDENTIAL_NAMES}${name}`,
});

export const epochKey = (userId: string) => ({ pk: `identity#epoch#${userId}`, sk: "epoch" });

export const keysKey = { pk: "identity#keys", sk: "keys" };

/** Items of another version were written by code that this one does not know: better no answer than a wrong one. */
export function known(item: IdentityItem): IdentityItem {
  if (item.v !== ITEM_VERSION) throw new Error(`item ${String(item.pk)} has the unknown version ${item.v}`);
  return item;
}

export function requiredText(item: IdentityItem, name: string): string {
  const value = ownValue(item, name);
  if (typeof value !== "string") throw new Error(`item ${String(item.pk)} has no ${name}`);
  return value;
}

/** The text members of these names that are there. */
const textsOf = (item: IdentityItem, ...names: string[]): Record<string, string> =>
  Object.fromEntries(
    names
      .filter((name) => ownValue(item, name) !== undefined)
      .map((name) => [name, requiredText(item, name)]),
  );

const namedOf = (item: IdentityItem) => ({
  id: requiredText(item, "id"),
  name: requiredText(item, "name"),
  domainId: requiredText(item, "domainId"),
  enabled: item.enabled === true,
});

/** Without the keys and the version that only the table needs; this is how projects are stored and read. */
export const projectOf = (item: IdentityItem): Project => ({
  ...namedOf(item),
  ...textsOf(item, "description"),
});

export const userOf = (item: IdentityItem): User => ({
  ...namedOf(item),
  ...textsOf(item, "defaultProjectId", "description", "email", "passwordHash"),
});

export const credentialOf = (item: IdentityItem): ApplicationCredential => ({
  id: requiredText(item, "id"),
  name: requiredText(item, "name"),
  userId: requiredText(item, "userId"),
  projectId: requiredText(item, "projectId"),
  roles: Array.isArray(item.roles) ? item.roles.map(String) : [],
  unrestricted: item.unrestricted === true,
  secretHash: requiredText(item, "secretHash"),
  ...textsOf(item, "description"),
  ...(typeof item.expiresAt === "number" && { expiresAt: item.expiresAt }),
});
