import { randomUUID } from "node:crypto";
import type {
  Collection,
  Definitions,
  ObjectDefinition,
  PropertyDefinition,
} from "../../../shared/metadefs/domain/definitions.ts";
import type { Namespace, ResourceTypeAssociation } from "../../../shared/metadefs/domain/namespace.ts";
import type {
  DefinitionWrite,
  NamespaceChange,
  NamespaceListing,
  NamespaceStore,
} from "../../../shared/metadefs/ports/namespace-store.ts";
import type { Notification } from "../../../shared/notifications/domain/notification.ts";
import type { Outbox } from "../../../shared/notifications/ports/outbox.ts";

/** A store, and the outbox in which its changes tell of themselves. */
export interface Catalogue {
  readonly store: NamespaceStore;
  readonly outbox: Outbox;
}

let second = 0;
/** Each later than the last. */
export const nextTime = (): string => new Date(Date.UTC(2026, 0, 1) + second++ * 1000).toISOString();

export const association = (
  name: string,
  attributes: Partial<ResourceTypeAssociation> = {},
): ResourceTypeAssociation => {
  const at = nextTime();
  return { name, prefix: null, properties_target: null, created_at: at, updated_at: at, ...attributes };
};

export const aNamespace = (attributes: Partial<Namespace> = {}): Namespace => {
  const [id, at] = [randomUUID(), nextTime()];
  return {
    id,
    namespace: `ns-${id}`,
    display_name: null,
    description: null,
    visibility: "private",
    protected: false,
    owner: "demo",
    resource_types: [],
    created_at: at,
    updated_at: at,
    revision: 0,
    ...attributes,
  };
};

export const tag = (name: string) => {
  const at = nextTime();
  return { name, created_at: at, updated_at: at };
};
export const property = (name: string, title = "A title"): PropertyDefinition => ({
  ...tag(name),
  schema: { type: "string", title },
});
export const object = (name: string, attributes: Partial<ObjectDefinition> = {}): ObjectDefinition => ({
  ...tag(name),
  description: null,
  required: [],
  properties: [],
  ...attributes,
});

/** Definitions that come. */
export const added = <Kind extends Collection>(
  collection: Kind,
  definitions: readonly Definitions[Kind][],
): DefinitionWrite[] =>
  definitions.map((after) => ({ collection, before: undefined, after }) as unknown as DefinitionWrite);

/** A namespace that is in the store. */
export const created = (
  { store }: Pick<Catalogue, "store">,
  attributes: Partial<Namespace> = {},
  rest: Omit<NamespaceChange, "before" | "after"> = {},
): Promise<Namespace> => store.commit({ before: undefined, after: aNamespace(attributes), ...rest });

/** The namespace with these attributes instead. */
export const changed = (
  { store }: Pick<Catalogue, "store">,
  before: Namespace,
  attributes: Partial<Namespace> = {},
  rest: Omit<NamespaceChange, "before" | "after"> = {},
): Promise<Namespace> => store.commit({ before, after: { ...before, ...attributes }, ...rest });

export const removed = ({ store }: Pick<Catalogue, "store">, before: Namespace): Promise<Namespace> =>
  store.commit({ before, after: undefined });

/** The names of a listing, in its order. */
export async function listed(
  { store }: Pick<Catalogue, "store">,
  listing: Partial<NamespaceListing> = {},
): Promise<string[]> {
  const names: string[] = [];
  const whole: NamespaceListing = {
    scopes: [{ kind: "public" }, { kind: "private" }],
    sortKey: "created_at",
    direction: "asc",
    expected: 3,
    ...listing,
  };
  for await (const { namespace } of store.list(whole)) names.push(namespace);
  return names;
}

/** The names of a collection, in its order. */
export const namesIn = async (
  { store }: Pick<Catalogue, "store">,
  namespace: Namespace,
  collection: Collection,
): Promise<string[]> => (await store.definitions(namespace, collection)).map(({ name }) => name);

export const event = (what: string, size = 1): Notification => ({
  event_type: "metadef_namespace.update",
  priority: "INFO",
  payload: { what, text: "x".repeat(size) },
});

/** What the events in a namespace's stream say, in the order in which they wait. */
export async function told(
  { outbox }: Pick<Catalogue, "outbox">,
  { id }: Pick<Namespace, "id">,
): Promise<unknown[]> {
  const waiting = await outbox.waiting(outbox.streamOf(id), 10_000);
  return waiting.map(({ payload }) => (typeof payload === "string" ? payload : payload.what));
}
