import type { Namespace } from "../../domain/namespace.ts";
import {
  MAX_CONTENT_BYTES,
  MAX_DEFINITIONS,
  MAX_RECORD_BYTES,
  type NamespaceChange,
  NamespaceTooLarge,
} from "../../ports/namespace-store.ts";
import { bytesOfDefinition } from "./definition-item.ts";
import { emptyStored, type Stored, sumOf } from "./namespace-record.ts";
import { type PlannedDefinitions, planDefinitions } from "./planned-definitions.ts";

/** A change with all that follows from it and from what is stored. */
export interface PlannedChange {
  readonly change: NamespaceChange;
  /** Undefined: a new namespace. */
  readonly before: Stored | undefined;
  /** Undefined: it goes. */
  readonly after: Stored | undefined;
  /** Of the namespace that it is of. */
  readonly id: string;
  readonly name: string;
  readonly definitions: PlannedDefinitions["names"];
  /** Of what is staged. */
  readonly mark: string;
}

function refuseTooLarge(after: Stored, definitions: PlannedDefinitions["names"]): void {
  const { namespace } = after;
  const { count, bytes } = sumOf(after);
  const refuse = (bound: string) => new NamespaceTooLarge(namespace.namespace, bound);
  if (Buffer.byteLength(JSON.stringify(namespace)) > MAX_RECORD_BYTES)
    throw refuse(`${MAX_RECORD_BYTES} bytes without its content`);
  for (const definition of definitions)
    if (definition.after && bytesOfDefinition(definition.after) > MAX_RECORD_BYTES)
      throw refuse(`${MAX_RECORD_BYTES} bytes in ${definition.name}`);
  if (count > MAX_DEFINITIONS) throw refuse(`${MAX_DEFINITIONS} objects, properties and tags`);
  if (bytes > MAX_CONTENT_BYTES) throw refuse(`${MAX_CONTENT_BYTES} bytes of content`);
}

const numbered = (before: Namespace | undefined, after: Namespace): Namespace => ({
  ...after,
  revision: (before?.revision ?? 0) + 1,
});

/** Throws DefinitionTaken and NamespaceTooLarge where that can be seen without more reads. */
export function planChange(change: NamespaceChange, before: Stored | undefined, mark: string): PlannedChange {
  const whole = change.after ?? change.before;
  if (!whole) throw new Error("a change of no namespace");
  const common = { change, before, id: whole.id, name: whole.namespace, mark };
  if (!change.after) return { ...common, after: undefined, definitions: [] };
  const base = before ?? emptyStored(change.after, mark);
  const { names, contained } = planDefinitions(change, base, mark);
  const added = names.filter(({ after, placeOf }) => after && placeOf === undefined).length;
  const after = {
    namespace: numbered(change.before, change.after),
    generation: base.generation,
    contained,
    made: base.made + added,
  };
  refuseTooLarge(after, names);
  return { ...common, after, definitions: names };
}
