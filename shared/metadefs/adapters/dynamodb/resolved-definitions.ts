import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { readItems } from "../../../aws/read-items.ts";
import { type Collection, collections } from "../../domain/definitions.ts";
import { NamespaceChanged } from "../../ports/namespace-store.ts";
import { type Kept, keptOf } from "./definition-item.ts";
import { definitionItemWrite, type GuardedWrite, newSet, type ResolvedName } from "./definition-writes.ts";
import { definitionKey } from "./keys.ts";
import type { Layout } from "./layout.ts";
import type { Contained, Stored } from "./namespace-record.ts";
import type { PlannedChange } from "./planned-change.ts";
import { type NamespaceReader, namespaceReader } from "./read-namespaces.ts";

/** By collection and name. */
type Present = ReadonlyMap<Collection, ReadonlyMap<string, Kept>>;

/**
 * What a change needs to know of the present definitions: in collections that change as a whole all of them, in
 * others those that it writes over. Of emptied ones nothing.
 */
async function readPresent(
  client: DynamoDBDocumentClient,
  tableName: string,
  reader: NamespaceReader,
  { planned, layout }: { readonly planned: PlannedChange; readonly layout: Layout },
): Promise<Present> {
  const { before, change, definitions, id } = planned;
  const present = new Map<Collection, Map<string, Kept>>(collections.map((of) => [of, new Map()]));
  if (!before) return present;
  const keeps = (collection: Collection) => !change.emptied?.includes(collection);
  for (const collection of layout.stagedCollections)
    if (keeps(collection))
      for (const kept of await reader.keptIn(before, collection))
        present.get(collection)?.set(kept.definition.name, kept);
  const keys = definitions
    .filter(
      ({ collection, mustBeNew }) =>
        keeps(collection) && !layout.stagedCollections.has(collection) && !mustBeNew,
    )
    .map(({ collection, name }) => {
      const { pk, sk } = definitionKey(id, collection, before.contained[collection].set, name);
      return { collection, pk, sk };
    });
  const items = new Map(
    (
      await readItems(
        client,
        tableName,
        keys.map(({ pk, sk }) => ({ pk, sk })),
      )
    ).map((of) => [of.sk, of]),
  );
  for (const { collection, sk } of keys) {
    const item = items.get(sk);
    const kept = item && keptOf(item);
    if (kept) present.get(collection)?.set(kept.definition.name, kept);
  }
  return present;
}

/** Gives each definition that is written its place: that of the one it follows, or behind all that there ever were. */
function resolveNames({ before, after, definitions }: PlannedChange, present: Present): ResolvedName[] {
  let made = before?.made ?? 0;
  const revision = after?.namespace.revision ?? 0;
  return definitions.map((planned) => {
    const of = present.get(planned.collection);
    const { after: definition, placeOf } = planned;
    const resolved = { ...planned, present: of?.get(planned.name) };
    if (!definition) return { ...resolved, next: undefined };
    const order = placeOf === undefined ? made++ : of?.get(placeOf)?.order;
    // Gone between two reads: the record has another revision by now.
    if (order === undefined) throw new NamespaceChanged(before?.namespace.namespace ?? "");
    return { ...resolved, next: { definition, order, revision } };
  });
}

/** The definitions of a change as they are written, and the record that counts them. */
export interface ResolvedChange {
  readonly after: Stored | undefined;
  /** In collections that change by items of the transaction. */
  readonly direct: readonly GuardedWrite[];
  /** Of whole new sets. */
  readonly staged: readonly Record<string, unknown>[];
}

const sumOfRevisions = (start: number, names: readonly ResolvedName[]): number =>
  names.reduce((sum, { present, next }) => sum + (next?.revision ?? 0) - (present?.revision ?? 0), start);

/** Reads what is needed of the present definitions. Throws DefinitionTaken as far as that says so. */
export async function resolveDefinitions(
  client: DynamoDBDocumentClient,
  tableName: string,
  planned: PlannedChange,
  layout: Layout,
): Promise<ResolvedChange> {
  const { after } = layout;
  if (!after || planned.definitions.length === 0) return { after, direct: [], staged: [] };
  const reader = namespaceReader(client, tableName);
  const present = await readPresent(client, tableName, reader, { planned, layout });
  const names = Map.groupBy(resolveNames(planned, present), ({ collection }) => collection);
  const contained = new Map<Collection, Contained>();
  const [direct, staged]: [GuardedWrite[], Record<string, unknown>[]] = [[], []];
  for (const collection of collections) {
    const [of, old] = [names.get(collection) ?? [], after.contained[collection]];
    if (layout.stagedCollections.has(collection)) {
      const set = newSet(after, collection, present.get(collection), of);
      contained.set(collection, set.contained);
      staged.push(...set.items);
    } else {
      contained.set(collection, { ...old, revisions: sumOfRevisions(old.revisions, of) });
      direct.push(...of.map((name) => definitionItemWrite(tableName, after, name)));
    }
  }
  return {
    after: { ...after, contained: Object.fromEntries(contained) as Stored["contained"] },
    direct,
    staged,
  };
}
