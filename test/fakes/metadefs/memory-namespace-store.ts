import { type Clock, systemClock } from "../../../shared/clock.ts";
import {
  type Collection,
  collections,
  type Definition,
  type Definitions,
  type ResourceType,
} from "../../../shared/metadefs/domain/definitions.ts";
import type { Namespace } from "../../../shared/metadefs/domain/namespace.ts";
import {
  DefinitionTaken,
  MAX_CONTENT_BYTES,
  MAX_DEFINITIONS,
  MAX_NEW_RESOURCE_TYPES,
  MAX_RECORD_BYTES,
  type NamespaceChange,
  NamespaceChanged,
  type NamespaceListing,
  type NamespaceScope,
  type NamespaceStore,
  NamespaceTaken,
  NamespaceTooLarge,
} from "../../../shared/metadefs/ports/namespace-store.ts";
import { memoryOutbox } from "../notifications/memory-outbox.ts";

type Content = Map<Collection, Map<string, Definition>>;

/** UTF-8 has the order of code points. */
const compareTexts = (one: string, other: string): number =>
  Buffer.compare(Buffer.from(one), Buffer.from(other));
const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
const nothing = (): Content => new Map(collections.map((collection) => [collection, new Map()]));

const isIn = (scope: NamespaceScope, { visibility, owner }: Namespace): boolean =>
  scope.kind === "owner" ? visibility === "private" && owner === scope.project : visibility === scope.kind;

function order({ sortKey, direction }: NamespaceListing) {
  const sign = direction === "asc" ? 1 : -1;
  type Placed = Pick<Namespace, "id" | "namespace" | "created_at">;
  return (one: Placed, other: Placed): number =>
    sign * (compareTexts(one[sortKey], other[sortKey]) || compareTexts(one.id, other.id));
}

/** A renamed definition keeps its place among the others. */
function replaced(
  entries: Map<string, Definition>,
  name: string,
  after: Definition,
): Map<string, Definition> {
  return new Map(
    [...entries].map(([key, definition]) => (key === name ? [after.name, after] : [key, definition])),
  );
}

/** What the namespace contains after the change; DefinitionTaken when that cannot be. */
function contentAfter(
  { before, after, emptied = [], writes = [] }: NamespaceChange,
  content: Content,
): Content {
  const next: Content = new Map([...content].map(([collection, entries]) => [collection, new Map(entries)]));
  for (const collection of emptied) next.set(collection, new Map());
  for (const write of writes) {
    const entries = next.get(write.collection) ?? new Map<string, Definition>();
    const isRenamed = write.before?.name !== write.after?.name;
    if (write.after && isRenamed && entries.has(write.after.name))
      throw new DefinitionTaken(write.collection, write.after.name, (after ?? before)?.namespace ?? "");
    if (write.after && write.before)
      next.set(write.collection, replaced(entries, write.before.name, write.after));
    else if (write.after) entries.set(write.after.name, write.after);
    else if (write.before) entries.delete(write.before.name);
  }
  return next;
}

/** The catalogue in memory: the contract's plainest reading. */
export function memoryNamespaceStore(clock: Clock = systemClock) {
  const namespaces = new Map<string, Namespace>();
  const contents = new Map<string, Content>();
  const types = new Map<string, ResourceType>();
  const { outbox, entries: outboxEntries } = memoryOutbox(clock);

  const named = (name: string) => [...namespaces.values()].find(({ namespace }) => namespace === name);
  const collected = <Kind extends Collection>(id: string, collection: Kind): readonly Definitions[Kind][] =>
    [...(contents.get(id)?.get(collection)?.values() ?? [])] as Definitions[Kind][];

  const newTypes = ({ after }: NamespaceChange) =>
    (after?.resource_types ?? [])
      .filter(({ name }) => !types.has(name))
      .map(({ name, created_at }) => ({ name, created_at, updated_at: created_at }));

  function refuse(change: NamespaceChange, content: Content): void {
    const { before, after, writes = [] } = change;
    if (!after) return;
    const holder = named(after.namespace);
    if (holder && holder.id !== before?.id) throw new NamespaceTaken(after.namespace);
    const parts = [after, ...writes.map((write) => write.after)];
    const all = [...content.values()].flatMap((entries) => [...entries.values()]);
    const bytes = all.reduce((sum, definition) => sum + bytesOf(definition), 0);
    if (
      parts.some((part) => part !== undefined && bytesOf(part) > MAX_RECORD_BYTES) ||
      newTypes(change).length > MAX_NEW_RESOURCE_TYPES ||
      all.length > MAX_DEFINITIONS ||
      bytes > MAX_CONTENT_BYTES
    )
      throw new NamespaceTooLarge(after.namespace, "it may have");
  }

  const store: NamespaceStore = {
    find: async (name) => named(name),
    read: async (name) => {
      const namespace = named(name);
      if (!namespace) return undefined;
      const [objects, properties, tags] = [
        collected(namespace.id, "objects"),
        collected(namespace.id, "properties"),
        collected(namespace.id, "tags"),
      ];
      return { namespace, content: { objects, properties, tags } };
    },
    definition: async ({ id }, collection, name) =>
      collected(id, collection).find((definition) => definition.name === name),
    definitions: async ({ id }, collection) => collected(id, collection),
    list: async function* (listing) {
      const { scopes, resourceTypes, after } = listing;
      const compare = order(listing);
      yield* [...namespaces.values()]
        .filter((namespace) => scopes.some((scope) => isIn(scope, namespace)))
        .filter(
          ({ resource_types }) =>
            resourceTypes === undefined || resource_types.some(({ name }) => resourceTypes.includes(name)),
        )
        .filter((namespace) => after === undefined || compare(namespace, after) > 0)
        .sort(compare);
    },
    resourceTypes: async () => [...types.values()].sort((one, other) => compareTexts(one.name, other.name)),
    commit: async (change) => {
      const { before, after, events = [] } = change;
      const whole = after ?? before;
      if (!whole) throw new Error("a change of no namespace");
      if (before && namespaces.get(before.id)?.revision !== before.revision)
        throw new NamespaceChanged(before.namespace);
      const content = contentAfter(change, contents.get(whole.id) ?? nothing());
      refuse(change, content);
      for (const type of newTypes(change)) types.set(type.name, type);
      const written = after ? { ...after, revision: (before?.revision ?? 0) + 1 } : whole;
      if (after) namespaces.set(whole.id, written);
      else namespaces.delete(whole.id);
      if (after) contents.set(whole.id, content);
      else contents.delete(whole.id);
      await outbox.add(whole.id, events);
      return written;
    },
  };
  return { store, outbox, outboxEntries };
}
