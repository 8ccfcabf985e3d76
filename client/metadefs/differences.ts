import type { NamespaceDefinitions } from "../openstack/namespace-definitions.ts";
import { isSameAssociation, isSameBase, isSameObject, isSameProperty } from "./same-definitions.ts";

/** In the order in which upstream's loader adds them. */
export const collections = ["resource_type_associations", "properties", "objects", "tags"] as const;
export type Collection = (typeof collections)[number];

/** Names in a collection. */
export type Names = { readonly [Kind in Collection]: readonly string[] };

/** How a namespace that is there differs from one that is wanted. */
export interface Differences {
  readonly isBaseSame: boolean;
  /** Wanted and not there. */
  readonly missing: Names;
  /** There, and not as wanted. */
  readonly changed: Names;
  /** There, and not wanted. */
  readonly surplus: Names;
}

const isSame: {
  readonly [Kind in Collection]: (
    wanted: NamespaceDefinitions,
    there: NamespaceDefinitions,
    name: string,
  ) => boolean;
} = {
  resource_type_associations: (wanted, there, name) =>
    both(wanted.resource_type_associations, there.resource_type_associations, name, isSameAssociation),
  properties: (wanted, there, name) => both(wanted.properties, there.properties, name, isSameProperty),
  objects: (wanted, there, name) => both(wanted.objects, there.objects, name, isSameObject),
  // A tag is only its name.
  tags: () => true,
};

function both<Entry>(
  wanted: ReadonlyMap<string, Entry>,
  there: ReadonlyMap<string, Entry>,
  name: string,
  compare: (one: Entry, other: Entry) => boolean,
): boolean {
  const [one, other] = [wanted.get(name), there.get(name)];
  return one !== undefined && other !== undefined && compare(one, other);
}

/** What has to be done to what is there, and with which names. */
export function differencesOf(wanted: NamespaceDefinitions, there: NamespaceDefinitions): Differences {
  const named = (choose: (kind: Collection) => Iterable<string>): Names => ({
    resource_type_associations: [...choose("resource_type_associations")],
    properties: [...choose("properties")],
    objects: [...choose("objects")],
    tags: [...choose("tags")],
  });
  return {
    isBaseSame: isSameBase(wanted, there),
    missing: named((kind) => [...wanted[kind].keys()].filter((name) => !there[kind].has(name))),
    changed: named((kind) =>
      [...wanted[kind].keys()].filter((name) => there[kind].has(name) && !isSame[kind](wanted, there, name)),
    ),
    surplus: named((kind) => [...there[kind].keys()].filter((name) => !wanted[kind].has(name))),
  };
}

/** Whether there are no names at all. */
export const isNone = (names: Names): boolean => collections.every((kind) => names[kind].length === 0);
