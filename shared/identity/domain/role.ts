import { ownValue } from "../../own-value.ts";
import { identityId } from "./identity-id.ts";

export interface Role {
  readonly id: string;
  readonly name: string;
}

/** Keystone's implied roles; policies count on them. */
const implied: Readonly<Record<string, readonly string[]>> = {
  admin: ["member", "reader"],
  member: ["reader"],
};

export const roleOf = (name: string): Role => ({ id: identityId("role", name), name });

/** All roles that can be assigned. Policies name them, so there is nothing to create or delete. */
export const fixedRoles: readonly Role[] = ["admin", "member", "reader", "service"].map(roleOf);

export const findRole = (id: string): Role | undefined => fixedRoles.find((role) => role.id === id);
export const findRoleByName = (name: string): Role | undefined =>
  fixedRoles.find((role) => role.name === name);

/** The names with those that they imply (admin -> member -> reader), each once, whatever their case. */
export function withImplied(names: readonly string[]): string[] {
  const added = names.flatMap((name) => ownValue(implied, name.toLowerCase()) ?? []);
  const all = new Map<string, string>();
  for (const name of [...names, ...added])
    if (!all.has(name.toLowerCase())) all.set(name.toLowerCase(), name);
  return [...all.values()];
}

/** Role names compare without case, as policies compare them. */
export const hasRole = (names: readonly string[], name: string): boolean =>
  names.some((one) => one.toLowerCase() === name.toLowerCase());
