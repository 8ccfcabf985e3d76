import { NotFound } from "../../errors.ts";

/** The name of a property without the prefix of an association. Throws NotFound when it does not begin with one. */
export function withoutPrefix(name: string, prefix: string | null): string {
  if (prefix && name.startsWith(prefix)) return name.slice(prefix.length);
  throw new NotFound(
    `Property ${name} does not start with the expected resource type association prefix of '${prefix ?? ""}'.`,
  );
}
