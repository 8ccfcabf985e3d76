import { Conflict, TooLarge } from "../../errors.ts";
import type { Notification } from "../../notifications/domain/notification.ts";
import type { Collection, Definitions, NamespaceContent, ResourceType } from "../domain/definitions.ts";
import type { Namespace, NamespaceVisibility } from "../domain/namespace.ts";

/** A definition that comes (`before` undefined), changes or is renamed, or goes (`after` undefined). */
export type DefinitionWrite = {
  readonly [Kind in Collection]: {
    readonly collection: Kind;
    readonly before: Definitions[Kind] | undefined;
    readonly after: Definitions[Kind] | undefined;
  };
}[Collection];

/**
 * One change of one namespace and of what it contains: all of it or nothing, for every reader, however much it is.
 * `before` undefined: a new namespace; `after` undefined: it goes, with all that it contains. `before` is the namespace
 * as it was read: the change is refused when it has another revision by then. The store raises the revision.
 */
export interface NamespaceChange {
  readonly before: Namespace | undefined;
  readonly after: Namespace | undefined;
  /** These collections are emptied first; what `writes` adds to them is all that they contain afterwards. */
  readonly emptied?: readonly Collection[];
  readonly writes?: readonly DefinitionWrite[];
  /** Written with the change, in this order. */
  readonly events?: readonly Notification[];
}

/** A namespace of this name is there already. */
export class NamespaceTaken extends Conflict {
  constructor(namespace: string) {
    super(`The metadata definition namespace=${namespace} already exists.`);
  }
}

const nouns: Readonly<Record<Collection, string>> = {
  objects: "definition object",
  properties: "definition property",
  tags: "tag",
};

/** Something in the collection has this name already. */
export class DefinitionTaken extends Conflict {
  constructor(collection: Collection, name: string, namespace: string) {
    super(`A metadata ${nouns[collection]} with name=${name} already exists in namespace=${namespace}.`);
  }
}

/** The namespace, or what it contains, changed after it was read: read it again and decide again. */
export class NamespaceChanged extends Conflict {
  constructor(namespace: string) {
    super(`The metadata definition namespace=${namespace} is being changed by others.`);
  }
}

/** One definition, or all of a namespace together, is larger than the store and an answer can hold. */
export class NamespaceTooLarge extends TooLarge {
  /** `bound` says which of the bounds below, with its unit. */
  constructor(namespace: string, bound: string) {
    super(`The metadata definition namespace=${namespace} would have more than ${bound}.`);
  }
}

/** Bytes of JSON of all that a namespace contains: an answer of Lambda has 6 MB. */
export const MAX_CONTENT_BYTES = 4_000_000;
/** Bytes of JSON of a namespace's record with its associations, and of one definition: an item has 400 KB. */
export const MAX_RECORD_BYTES = 300_000;
/** Objects, properties and tags of a namespace: DynamoDB writes some 1,000 a second of one. */
export const MAX_DEFINITIONS = 5_000;
/** Resource types that no namespace has named before, in one change: they are written in its one transaction. */
export const MAX_NEW_RESOURCE_TYPES = 40;

/** Of which namespaces a list is: those that are public, those that are private, the private ones of a project. */
export type NamespaceScope =
  | { readonly kind: NamespaceVisibility }
  | { readonly kind: "owner"; readonly project: string };

export interface NamespaceListing {
  /** Namespaces of any of these, each once. */
  readonly scopes: readonly NamespaceScope[];
  readonly sortKey: "created_at" | "namespace";
  readonly direction: "asc" | "desc";
  /** Only those associated with at least one of these resource types. */
  readonly resourceTypes?: readonly string[];
  /** Begin after this namespace, which need not be in the list. */
  readonly after?: Pick<Namespace, "id" | "namespace" | "created_at">;
  /** How many are probably wanted. */
  readonly expected: number;
}

/** A namespace with all that it contains. */
export interface WholeNamespace {
  readonly namespace: Namespace;
  readonly content: NamespaceContent;
}

/**
 * The catalogue of metadata definitions. Reads are strongly consistent: whoever was told of a change sees it, and no
 * reader sees a part of one.
 */
export interface NamespaceStore {
  /** The namespace of this name. */
  find(name: string): Promise<Namespace | undefined>;
  /** The same with all that it contains, both as they were at one moment. */
  read(name: string): Promise<WholeNamespace | undefined>;
  /** One definition of a namespace that was found; undefined also when the namespace has changed so that it is gone. */
  definition<Kind extends Collection>(
    namespace: Namespace,
    collection: Kind,
    name: string,
  ): Promise<Definitions[Kind] | undefined>;
  /** One collection of a namespace that was found, in the order in which its entries were made. */
  definitions<Kind extends Collection>(
    namespace: Namespace,
    collection: Kind,
  ): Promise<readonly Definitions[Kind][]>;
  /**
   * In the order of the listing (ties by id), read as they are wanted. Costs the same whatever else there is. Of what
   * changes meanwhile one that moves to another place, scope or resource type of the listing may be missing.
   */
  list(listing: NamespaceListing): AsyncGenerator<Namespace>;
  /** All resource types that any namespace has ever named, by name. */
  resourceTypes(): Promise<readonly ResourceType[]>;
  /**
   * Writes a change; the namespace as it is then (as it was, when it went). Resource types that are new come with it.
   * Refuses with NamespaceTaken, DefinitionTaken, NamespaceChanged or NamespaceTooLarge, and has changed nothing then.
   */
  commit(change: NamespaceChange): Promise<Namespace>;
}
