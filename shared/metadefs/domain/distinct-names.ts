import { Conflict } from "../../errors.ts";

/** The entries of a collection, no name twice. Throws Conflict, as Glance does when it stores them. */
export function distinctNames<Entry extends { readonly name: string }>(
  collection: string,
  entries: readonly Entry[],
): readonly Entry[] {
  const names = new Set<string>();
  for (const { name } of entries) {
    if (names.has(name))
      throw new Conflict(`'${name}' is more than once in the ${collection} of a namespace.`);
    names.add(name);
  }
  return entries;
}
