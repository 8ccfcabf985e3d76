import { nameKey } from "../../../aws/name-key.ts";
import type { Key } from "../../../aws/table-key.ts";
import type { Namespace } from "../../domain/namespace.ts";
import type { NamespaceListing, NamespaceScope } from "../../ports/namespace-store.ts";

/** What of a namespace says in which lists it is, and where. */
export interface PlacedNamespace
  extends Pick<Namespace, "id" | "namespace" | "created_at" | "visibility" | "owner"> {
  /** Resource types it is associated with. */
  readonly types: readonly string[];
}

export const placedOf = (namespace: Namespace): PlacedNamespace => {
  const { id, namespace: name, created_at, visibility, owner, resource_types } = namespace;
  return { id, namespace: name, created_at, visibility, owner, types: resource_types.map((of) => of.name) };
};

type Order = NamespaceListing["sortKey"];
const orders: readonly Order[] = ["created_at", "namespace"];

/** Partition keys of all lists begin with this. */
export const NAMESPACE_LISTS = "metadef#list#";
/** Callers choose types and projects: no part may look like two. Longer only where it has these characters. */
const part = (text: string): string => text.replace(/[%#]/g, encodeURIComponent);
const scopePart = (scope: NamespaceScope): string =>
  scope.kind === "owner" ? `owner#${part(scope.project)}` : scope.kind;

/** The list of a scope; with a type, of those that are associated with it. */
export const namespaceListPartition = (scope: NamespaceScope, order: Order, type?: string): string =>
  `${NAMESPACE_LISTS}${type === undefined ? "" : `type#${part(type)}#`}${scopePart(scope)}#${order}`;

/** Where a namespace stands in a list, whatever the generation of its entry. No two have the same place. */
export const placeIn = (
  order: Order,
  { id, namespace, created_at }: Pick<Namespace, "id" | "namespace" | "created_at">,
): string => (order === "created_at" ? `${created_at}#${id}` : `${nameKey(namespace)}\u0000${id}`);

const ID_LENGTH = 36;
/** The place at the beginning of an entry's sort key, which ends with its generation. */
export const placeOfEntry = (sortKey: string): string => sortKey.slice(0, -ID_LENGTH - 1);
export const generationOfEntry = (sortKey: string): string => sortKey.slice(-ID_LENGTH);
export const idOfPlace = (place: string): string => place.slice(-ID_LENGTH);

const scopesOf = ({ visibility, owner }: PlacedNamespace): NamespaceScope[] =>
  visibility === "public" ? [{ kind: "public" }] : [{ kind: "private" }, { kind: "owner", project: owner }];

/** All entries of a namespace; `generation` is a UUID that tells those of one writing from those of others. */
export const entriesOf = (placed: PlacedNamespace, generation: string): Key[] =>
  orders.flatMap((order) =>
    [undefined, ...new Set(placed.types)].flatMap((type) =>
      scopesOf(placed).map((scope) => ({
        pk: namespaceListPartition(scope, order, type),
        sk: `${placeIn(order, placed)}#${generation}`,
      })),
    ),
  );

/** Whether a namespace belongs to the scope. */
export const isInScope = (
  scope: NamespaceScope,
  { visibility, owner }: Pick<Namespace, "visibility" | "owner">,
): boolean =>
  scope.kind === "owner" ? visibility === "private" && owner === scope.project : visibility === scope.kind;
