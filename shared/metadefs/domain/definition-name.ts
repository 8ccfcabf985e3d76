import { BadRequest } from "../../errors.ts";

/** Characters of the name of a namespace, a definition or a resource type. */
export const MAX_NAME = 80;

// Clients and servers take these out of a path before it is looked at.
const unreachable = new Set(["", ".", ".."]);

/**
 * Refuses a name that no path could ever reach again, or that is too long for any table of Glance's. `noun` says whose
 * name it is.
 */
export function checkDefinitionName(noun: string, name: string): void {
  if (unreachable.has(name)) throw new BadRequest(`'${name}' cannot be the name of ${noun}.`);
  if (/\p{Cc}/u.test(name)) throw new BadRequest(`The name of ${noun} cannot have control characters.`);
  if ([...name].length > MAX_NAME) {
    throw new BadRequest(`The name of ${noun} has at most ${MAX_NAME} characters.`);
  }
}
