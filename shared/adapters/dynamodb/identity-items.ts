import type { Project } from "../../domain/identity/project.ts";
import type { User } from "../../domain/identity/user.ts";

/**
 * Items of the identity service, all in partitions that begin with `identity#` (its IAM policy ends there):
 *   identity#user#<id>                    user                          the user
 *   identity#user#<id>                    role#<projectId>#<roleName>   one role assignment
 *   identity#user-name#<domainId>#<name>  user                          the user's id
 *   identity#project#<id>                 project                       the project
 *   identity#project-name#<domainId>#<name>  project                    the project's id
 *   identity#keys                         keys                          public keys of tokens
 */
export type Kind = "user" | "project";

type Item = Readonly<Record<string, unknown>>;

export const ITEM_VERSION = 1;

export const idKey = (kind: Kind, id: string) => ({ pk: `identity#${kind}#${id}`, sk: kind });

export const nameKey = (kind: Kind, name: string, domainId: string) => ({
  pk: `identity#${kind}-name#${domainId}#${name}`,
  sk: kind,
});

/** Encoded, so that an id with a # in it cannot lend its roles to another project. */
export const rolePrefix = (projectId: string): string => `role#${encodeURIComponent(projectId)}#`;

export const keysKey = { pk: "identity#keys", sk: "keys" };

/** Items of another version were written by code that this one does not know: better no answer than a wrong one. */
export function known(item: Item): Item {
  if (item.v !== ITEM_VERSION) throw new Error(`item ${String(item.pk)} has the unknown version ${item.v}`);
  return item;
}

export function textOf(item: Item, name: string): string {
  const value = item[name];
  if (typeof value !== "string") throw new Error(`item ${String(item.pk)} has no ${name}`);
  return value;
}

/** Without the keys and the version that only the table needs; this is how projects are stored and read. */
export const projectOf = (item: Item): Project => ({
  id: textOf(item, "id"),
  name: textOf(item, "name"),
  domainId: textOf(item, "domainId"),
  enabled: item.enabled === true,
});

export const userOf = (item: Item): User => ({
  ...projectOf(item),
  ...(item.defaultProjectId !== undefined && { defaultProjectId: textOf(item, "defaultProjectId") }),
  ...(item.passwordHash !== undefined && { passwordHash: textOf(item, "passwordHash") }),
});
