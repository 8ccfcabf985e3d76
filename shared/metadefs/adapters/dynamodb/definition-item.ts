import type { Collection, Definition, Definitions } from "../../domain/definitions.ts";
import { definitionKey } from "./keys.ts";
import { METADEF_VERSION } from "./namespace-record.ts";

/** A definition with its place among the others, as it is kept. */
export interface Kept<Kind extends Collection = Collection> {
  readonly definition: Definitions[Kind];
  readonly order: number;
  /** The namespace's when it was written. */
  readonly revision: number;
}

export const textOfDefinition = (definition: Definition): string => JSON.stringify(definition);
export const bytesOfDefinition = (definition: Definition): number =>
  Buffer.byteLength(textOfDefinition(definition));

/** As JSON text: its numbers may be larger than DynamoDB's, and its bytes are what the namespace counts. */
export const definitionItem = (
  id: string,
  collection: Collection,
  set: string,
  { definition, order, revision }: Kept,
): Record<string, unknown> => ({
  ...definitionKey(id, collection, set, definition.name),
  v: METADEF_VERSION,
  order,
  revision,
  definition: textOfDefinition(definition),
});

export const keptOf = <Kind extends Collection>(item: Record<string, unknown>): Kept<Kind> => ({
  definition: JSON.parse(String(item.definition)) as Definitions[Kind],
  order: Number(item.order),
  revision: Number(item.revision),
});
