import type { Collection, Definitions } from "../domain/definitions.ts";
import type { DefinitionWrite } from "../ports/namespace-store.ts";

/** The write of one definition, of whatever kind: the compiler cannot follow a kind that is not known yet. */
export const definitionWrite = <Kind extends Collection>(
  collection: Kind,
  { before, after }: { readonly before?: Definitions[Kind]; readonly after?: Definitions[Kind] },
): DefinitionWrite => ({ collection, before, after }) as DefinitionWrite;
