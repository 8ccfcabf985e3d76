import type { Collection, Definition } from "../../domain/definitions.ts";
import { DefinitionTaken, type NamespaceChange } from "../../ports/namespace-store.ts";
import { bytesOfDefinition } from "./definition-item.ts";
import { type Contained, nothingContained, type Stored } from "./namespace-record.ts";

/** What becomes of one name of a collection. */
export interface PlannedName {
  readonly collection: Collection;
  readonly name: string;
  /** Undefined: it goes. */
  readonly after: Definition | undefined;
  /** Nothing has this name yet, or the change is refused. */
  readonly mustBeNew: boolean;
  /** The present name of the definition whose place it keeps; undefined: it comes behind all others. */
  readonly placeOf: string | undefined;
  /** Of what is written and of what is written over. */
  readonly bytes: number;
}

export interface PlannedDefinitions {
  readonly names: readonly PlannedName[];
  readonly contained: Readonly<Record<Collection, Contained>>;
}

const keyOf = (collection: Collection, name: string): string => `${collection}#${name}`;

/**
 * The writes of a change, one after the other, as what becomes of each name in the end. Emptied collections have the
 * set `mark`. What is written over has yet to be read: the sums of revisions are those from before. Throws DefinitionTaken when two definitions of the change take one name.
 */
export function planDefinitions(
  { before, after, emptied = [], writes = [] }: NamespaceChange,
  stored: Stored,
  mark: string,
): PlannedDefinitions {
  const names = new Map<string, PlannedName>();
  const contained = new Map<Collection, Contained>(
    Object.entries(stored.contained) as [Collection, Contained][],
  );
  const isNewSet = new Set<Collection>(emptied);
  for (const collection of isNewSet) contained.set(collection, nothingContained(mark));

  for (const { collection, before: old, after: next } of writes) {
    const was = old && names.get(keyOf(collection, old.name));
    const isRenamed = old?.name !== next?.name;
    const [oldBytes, nextBytes] = [old ? bytesOfDefinition(old) : 0, next ? bytesOfDefinition(next) : 0];
    if (old && isRenamed)
      names.set(keyOf(collection, old.name), {
        collection,
        name: old.name,
        after: undefined,
        mustBeNew: was?.mustBeNew ?? false,
        placeOf: undefined,
        bytes: oldBytes,
      });
    if (next) {
      const there = names.get(keyOf(collection, next.name));
      if (isRenamed && there?.after)
        throw new DefinitionTaken(collection, next.name, (after ?? before)?.namespace ?? "");
      // New ones stand in the order in which they come.
      names.delete(keyOf(collection, next.name));
      names.set(keyOf(collection, next.name), {
        collection,
        name: next.name,
        after: next,
        mustBeNew: there ? there.mustBeNew : isRenamed && !isNewSet.has(collection),
        placeOf: was ? was.placeOf : old?.name,
        bytes: oldBytes + nextBytes,
      });
    }
    const { count, bytes, ...rest } = contained.get(collection) ?? nothingContained(mark);
    contained.set(collection, {
      ...rest,
      count: count + Number(next !== undefined) - Number(old !== undefined),
      bytes: bytes + nextBytes - oldBytes,
    });
  }
  return {
    // One that comes and goes in the same change is no write.
    names: [...names.values()].filter(({ after, mustBeNew }) => after || !mustBeNew),
    contained: Object.fromEntries(contained) as PlannedDefinitions["contained"],
  };
}
