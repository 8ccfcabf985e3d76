import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { partitionItems } from "../../../aws/partition-items.ts";
import { itemReader } from "../../../aws/read-item.ts";
import { backoff } from "../../../aws/retry.ts";
import { Unavailable } from "../../../errors.ts";
import type { Collection, Definitions } from "../../domain/definitions.ts";
import type { Namespace } from "../../domain/namespace.ts";
import type { NamespaceStore } from "../../ports/namespace-store.ts";
import { type Kept, keptOf } from "./definition-item.ts";
import { definitionKey, nameItemKey, namespaceKey, namespacePartition, setPrefix } from "./keys.ts";
import { type Stored, storedOf } from "./namespace-record.ts";

/** So often a namespace may change while it is read; each time waits longer. */
const ATTEMPTS = 12;
/** So often what does not fit together is read again while its record stays: a transaction is over by then. */
const PATIENCE = 9;

interface Seen<Result> {
  readonly value: Result;
  /** The record that it was read by, when it is not all of what the record says. */
  readonly partOf?: Stored;
}

/**
 * Repeats a read until it has seen one state. A Query may see a transaction that is being written in parts
 * (DynamoDB, "Transaction isolation levels"), so what it gives is held against its record. What never fits is damage:
 * it is shown as it is, and the light auditor tells of it.
 */
async function untilWhole<Result>(read: () => Promise<Seen<Result>>): Promise<Result> {
  let lastRevision: number | undefined;
  let sameSince = 0;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    if (attempt > 1) await backoff(attempt);
    const { value, partOf } = await read();
    if (!partOf) return value;
    const { revision } = partOf.namespace;
    if (revision !== lastRevision) sameSince = attempt;
    if (attempt - sameSince + 1 >= PATIENCE) return value;
    lastRevision = revision;
  }
  throw new Unavailable("The metadata definition namespace changes too often to be read.");
}

/** The reads of the catalogue, by which its changes decide as well. */
export function namespaceReader(client: DynamoDBDocumentClient, tableName: string) {
  const get = itemReader(client, tableName);

  const stored = async (id: string): Promise<Stored | undefined> => {
    const item = await get(namespaceKey(id));
    return item && storedOf(item);
  };

  /** Two reads: a rename or a new namespace of that name may come between them. */
  const named = async (name: string): Promise<Stored | undefined> => {
    for (let attempt = 0; attempt < 3; attempt++) {
      const pointer = await get(nameItemKey(name));
      if (!pointer) return undefined;
      const found = await stored(String(pointer.id));
      if (found?.namespace.namespace === name) return found;
    }
    return undefined;
  };

  const look = async <Kind extends Collection>(of: Stored, collection: Kind): Promise<Seen<Kept<Kind>[]>> => {
    const { set, count, revisions } = of.contained[collection];
    const value: Kept<Kind>[] = [];
    if (count === 0) return { value };
    const range = { pk: namespacePartition(of.namespace.id), prefix: setPrefix(collection, set) };
    for await (const item of partitionItems(client, tableName, range)) value.push(keptOf<Kind>(item));
    value.sort((one, other) => one.order - other.order);
    const isWhole =
      value.length === count &&
      value.every(({ revision }) => revision <= of.namespace.revision) &&
      value.reduce((sum, { revision }) => sum + revision, 0) === revisions;
    return isWhole ? { value } : { value, partOf: of };
  };

  /** A collection as the record says it is. */
  const keptIn = <Kind extends Collection>(of: Stored, collection: Kind): Promise<Kept<Kind>[]> =>
    untilWhole(() => look(of, collection));

  const definitionsIn = async <Kind extends Collection>(
    of: Stored,
    collection: Kind,
  ): Promise<Seen<Definitions[Kind][]>> => {
    const { value, ...rest } = await look(of, collection);
    return { value: value.map(({ definition }) => definition), ...rest };
  };

  const reads: Pick<NamespaceStore, "find" | "read" | "definition" | "definitions"> = {
    find: async (name) => (await named(name))?.namespace,

    read: (name) =>
      untilWhole(async () => {
        const found = await named(name);
        if (!found) return { value: undefined };
        const [objects, properties, tags] = await Promise.all([
          definitionsIn(found, "objects"),
          definitionsIn(found, "properties"),
          definitionsIn(found, "tags"),
        ]);
        const content = { objects: objects.value, properties: properties.value, tags: tags.value };
        const value = { namespace: found.namespace, content };
        return [objects, properties, tags].some(({ partOf }) => partOf)
          ? { value, partOf: found }
          : { value };
      }),

    definition: async <Kind extends Collection>({ id }: Namespace, collection: Kind, name: string) => {
      for (let seen = -1; ; ) {
        const found = await stored(id);
        // Absent twice under one record: it is not there.
        if (!found || found.contained[collection].count === 0 || found.namespace.revision === seen)
          return undefined;
        const item = await get(definitionKey(id, collection, found.contained[collection].set, name));
        const definition = item && keptOf<Kind>(item).definition;
        // The key of a name longer than any is that of its beginning.
        if (definition?.name === name) return definition;
        seen = found.namespace.revision;
      }
    },

    definitions: <Kind extends Collection>({ id }: Namespace, collection: Kind) =>
      untilWhole<readonly Definitions[Kind][]>(async () => {
        const found = await stored(id);
        return found ? definitionsIn(found, collection) : { value: [] };
      }),
  };
  return { ...reads, stored, keptIn };
}

export type NamespaceReader = ReturnType<typeof namespaceReader>;
