import type { WriteItem } from "../../../aws/transaction.ts";
import type { Collection } from "../../domain/definitions.ts";
import { DefinitionTaken, NamespaceChanged } from "../../ports/namespace-store.ts";
import { bytesOfDefinition, definitionItem, type Kept } from "./definition-item.ts";
import { definitionKey } from "./keys.ts";
import type { Contained, Stored } from "./namespace-record.ts";
import type { PlannedName } from "./planned-definitions.ts";

/** What is kept of a name now, and what will be. */
export interface ResolvedName extends PlannedName {
  readonly present: Kept | undefined;
  readonly next: Kept | undefined;
}

/** A write of a transaction, and what it means when its condition does not hold. */
export interface GuardedWrite {
  readonly write: WriteItem;
  readonly refusal?: Error;
}

/**
 * A name of a collection as an item of the transaction. What is written over must be what was read: the record counts
 * with it.
 */
export function definitionItemWrite(
  TableName: string,
  { namespace, contained }: Pick<Stored, "namespace" | "contained">,
  { collection, name, mustBeNew, present, next }: ResolvedName,
): GuardedWrite {
  const { set } = contained[collection];
  const asRead = {
    ConditionExpression: "revision = :present",
    ExpressionAttributeValues: { ":present": present?.revision },
  };
  const isNew = { ConditionExpression: "attribute_not_exists(pk)" };
  const condition = present ? asRead : mustBeNew ? isNew : {};
  const refusal = mustBeNew
    ? new DefinitionTaken(collection, name, namespace.namespace)
    : new NamespaceChanged(namespace.namespace);
  if (next) {
    const Item = definitionItem(namespace.id, collection, set, next);
    return { write: { Put: { TableName, Item, ...condition } }, refusal };
  }
  const Key = { ...definitionKey(namespace.id, collection, set, name) };
  return { write: { Delete: { TableName, Key, ...condition } }, refusal };
}

/**
 * A whole new set of a collection: what stays of `present`, and what comes; with what the record says of it. Throws
 * DefinitionTaken.
 */
export function newSet(
  { namespace, contained }: Pick<Stored, "namespace" | "contained">,
  collection: Collection,
  present: ReadonlyMap<string, Kept> | undefined,
  names: readonly ResolvedName[],
): { readonly items: readonly Record<string, unknown>[]; readonly contained: Contained } {
  const all = new Map(present);
  for (const { name, mustBeNew, next } of names) {
    if (next && mustBeNew && all.has(name)) throw new DefinitionTaken(collection, name, namespace.namespace);
    if (next) all.set(name, next);
    else all.delete(name);
  }
  const { set } = contained[collection];
  const kept = [...all.values()];
  return {
    items: kept.map((of) => definitionItem(namespace.id, collection, set, of)),
    contained: {
      set,
      count: kept.length,
      bytes: kept.reduce((sum, { definition }) => sum + bytesOfDefinition(definition), 0),
      revisions: kept.reduce((sum, { revision }) => sum + revision, 0),
    },
  };
}
