import { nameKey } from "../../../aws/name-key.ts";
import type { Key } from "../../../aws/table-key.ts";
import type { Collection } from "../../domain/definitions.ts";

/** Partition keys of namespaces, each with all that it contains, begin with this. */
export const NAMESPACE_PREFIX = "metadef#namespace#";
export const namespacePartition = (id: string): string => `${NAMESPACE_PREFIX}${id}`;
export const RECORD = "namespace";
export const namespaceKey = (id: string): Key => ({ pk: namespacePartition(id), sk: RECORD });

/** Sort keys of all definitions of one set of a collection begin with this. */
export const setPrefix = (collection: Collection, set: string): string => `${collection}#${set}#`;
export const definitionKey = (id: string, collection: Collection, set: string, name: string): Key => ({
  pk: namespacePartition(id),
  sk: `${setPrefix(collection, set)}${nameKey(name)}`,
});

/** By which a namespace is found, and its name is unique. */
export const NAME_PREFIX = "metadef#name#";
export const nameItemKey = (name: string): Key => ({ pk: `${NAME_PREFIX}${name}`, sk: "name" });

/** All resource types that were ever named; few, so one partition. */
export const RESOURCE_TYPES = "metadef#types";
export const resourceTypeKey = (name: string): Key => ({ pk: RESOURCE_TYPES, sk: nameKey(name) });

/** What changes have staged or left behind; empty but for moments and accidents. */
export const WORK = "metadef#work";
/** By the mark of the change, which sorts by time. */
export const workKey = (id: string): Key => ({ pk: WORK, sk: id });
/** Notifications of one change that did not fit into its transaction. */
export const eventsPartition = (workId: string): string => `metadef#events#${workId}`;
