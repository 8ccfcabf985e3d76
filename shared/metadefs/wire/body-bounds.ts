import { BadRequest } from "../../errors.ts";

/** Entries of one list, members of one object. Comparing the entries of a list with each other takes their square. */
export const MAX_ENTRIES = 1000;
/** A namespace has its definitions eight deep; the rest is for a default value. */
const MAX_DEPTH = 20;

/** Refuses a body with lists or objects larger, or deeper in each other, than definitions can be. */
export function refuseTooMuch(value: unknown, depth = 0): void {
  if (typeof value !== "object" || value === null) return;
  if (depth === MAX_DEPTH) throw new BadRequest(`The body is more than ${MAX_DEPTH} levels deep.`);
  const entries: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  if (entries.length > MAX_ENTRIES) {
    throw new BadRequest(`A list or an object in the body has more than ${MAX_ENTRIES} entries.`);
  }
  for (const entry of entries) refuseTooMuch(entry, depth + 1);
}
