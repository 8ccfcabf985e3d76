import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import type { Key } from "../../../shared/aws/table-key.ts";
import { changeMark } from "../../../shared/metadefs/adapters/dynamodb/change-mark.ts";
import {
  definitionKey,
  nameItemKey,
  namespaceKey,
  RECORD,
  resourceTypeKey,
  workKey,
} from "../../../shared/metadefs/adapters/dynamodb/keys.ts";
import { entriesOf, placedOf } from "../../../shared/metadefs/adapters/dynamodb/list-entries.ts";
import { storedOf } from "../../../shared/metadefs/adapters/dynamodb/namespace-record.ts";
import { dynamodbNamespaceStore } from "../../../shared/metadefs/adapters/dynamodb/namespace-store.ts";
import type { Namespace } from "../../../shared/metadefs/domain/namespace.ts";
import { added, association, created, property, tag } from "../metadefs/some-namespaces.ts";
import type { AuditedTable } from "./audited-table.ts";
import type { Catalogue, Damage } from "./damaged-catalogue.ts";

/** A public namespace and a private one, both in order. */
export async function someNamespaces({ documents }: AuditedTable) {
  const store = dynamodbNamespaceStore(documents, "images");
  const resource_types = [association("OS::Glance::Image"), association("T")];
  const writes = [...added("tags", [tag("a"), tag("b")]), ...added("properties", [property("p")])];
  const open = await created(
    { store },
    { namespace: "public", visibility: "public", resource_types },
    { writes },
  );
  const own = await created({ store }, { namespace: "private", resource_types: resource_types.slice(1) });
  return { open, own };
}

const storedIn = async (table: AuditedTable, { id }: Namespace) => {
  const item = await table.get(namespaceKey(id));
  if (!item) throw new Error(`no namespace ${id}`);
  return storedOf(item);
};
const entriesIn = async (table: AuditedTable, namespace: Namespace) =>
  entriesOf(placedOf(namespace), (await storedIn(table, namespace)).generation);
const mark = (): string => changeMark(new Date());

const keyOfTag = async (table: AuditedTable, namespace: Namespace, name: string) =>
  definitionKey(namespace.id, "tags", (await storedIn(table, namespace)).contained.tags.set, name);

/** A definition under a set of its own. */
const strayDefinition = (table: AuditedTable, id: string, set: string) =>
  table.put({ ...definitionKey(id, "tags", set, "stray"), v: 1, order: 0, revision: 1, definition: "{}" });

/** What can be wrong with namespaces of metadata definitions, and what the light auditor makes of it. */
export const metadefDamages: Readonly<Record<string, Damage>> = {
  "a namespace whose name is not kept": {
    inflict: (table, { namespaces }) => table.remove(nameItemKey(namespaces.open.namespace)),
    found: { "namespace-name-missing": "mended" },
  },
  "a name of a namespace that is gone": {
    inflict: (table) => table.put({ ...nameItemKey("gone#1"), v: 1, id: randomUUID() }),
    found: { "namespace-name-left-over": "mended" },
  },
  "a name that its namespace does not have": {
    inflict: (table, { namespaces }) => table.put({ ...nameItemKey("old"), v: 1, id: namespaces.own.id }),
    found: { "namespace-name-left-over": "mended" },
  },
  "two namespaces of one name": {
    inflict: async (table, { namespaces: { own } }) => {
      const id = randomUUID();
      await table.put({ ...(await table.get(namespaceKey(own.id))), ...namespaceKey(id), id });
    },
    found: { "namespace-name-of-another": "open", "namespace-entry-missing": "mended" },
    isRestored: false,
  },
  "entries of a namespace that are missing": {
    inflict: async (table, { namespaces }) => {
      for (const key of await entriesIn(table, namespaces.own)) await table.remove(key);
    },
    found: { "namespace-entry-missing": "mended" },
  },
  "an entry of a generation that no namespace names": {
    inflict: async (table, { namespaces: { open } }) => {
      for (const key of entriesOf(placedOf(open), mark()).slice(0, 3)) await table.put({ ...key });
    },
    found: { "namespace-entry-left-over": "mended" },
  },
  "entries of a namespace that is gone": {
    inflict: async (table, { namespaces: { open } }) => {
      for (const key of entriesOf({ ...placedOf(open), id: randomUUID() }, mark()))
        await table.put({ ...key });
    },
    found: { "namespace-entry-left-over": "mended" },
  },
  "definitions of a set that no namespace names": {
    inflict: async (table, { namespaces }) => {
      await strayDefinition(table, namespaces.open.id, mark());
      await strayDefinition(table, randomUUID(), mark());
    },
    found: { "definition-left-over": "mended" },
  },
  "a definition that was lost": {
    inflict: async (table, { namespaces: { open } }) => table.remove(await keyOfTag(table, open, "a")),
    found: { "definitions-lost": "open" },
    after: async (table, { namespaces: { open } }) =>
      expect((await table.findings()).map(({ subject, evidence }) => [subject, evidence])).toEqual([
        [`${open.id} tags`, expect.objectContaining({ name: "public", recorded_count: 2, counted: 1 })],
      ]),
    isRestored: false,
  },
  "all definitions of a namespace that were lost": {
    inflict: async (table, { namespaces: { open } }) => {
      for (const { pk, sk } of await table.dump(namespaceKey(open.id).pk))
        if (sk !== RECORD) await table.remove({ pk, sk } as Key);
    },
    found: { "definitions-lost": "open" },
    after: async (table, { namespaces: { open } }) =>
      expect((await table.findings()).map(({ subject }) => subject).sort()).toEqual([
        `${open.id} properties`,
        `${open.id} tags`,
      ]),
    isRestored: false,
  },
  "a definition of which its namespace does not know": {
    inflict: async (table, { namespaces: { own } }) =>
      strayDefinition(table, own.id, (await storedIn(table, own)).contained.tags.set),
    found: { "definitions-wrong": "open" },
    isRestored: false,
  },
  "a definition that was written over": {
    inflict: async (table, { namespaces: { open } }) => {
      const item = await table.get(await keyOfTag(table, open, "a"));
      await table.put({ ...item, definition: String(item?.definition).replace("}", ',"more":1}') });
    },
    found: { "definitions-wrong": "open" },
    isRestored: false,
  },
  "a name that says of no namespace": {
    inflict: (table) => table.put({ ...nameItemKey("nobody's"), v: 1 }),
    found: { "record-unreadable": "open" },
    isRestored: false,
  },
  "a resource type that is not kept": {
    inflict: (table) => table.remove(resourceTypeKey("OS::Glance::Image")),
    found: { "resource-type-missing": "mended" },
  },
  "a namespace that cannot be read": {
    inflict: async (table, { namespaces: { own } }) =>
      table.put({
        ...(await table.get(namespaceKey(own.id))),
        ...namespaceKey(own.id),
        resource_types: "none",
      }),
    found: { "record-unreadable": "open" },
    isRestored: false,
  },
  "a record in a namespace that this service does not make": {
    inflict: (table, { namespaces }) => table.put({ pk: namespaceKey(namespaces.open.id).pk, sk: "tags#a" }),
    found: { "record-unknown": "open" },
    isRestored: false,
  },
};

/** Staged by a change that may be about to be written: no damage. */
export async function stageSomething(
  table: AuditedTable,
  { namespaces: { open } }: Catalogue,
): Promise<void> {
  const staged = mark();
  await table.put({ ...workKey(staged), v: 1, id: staged, state: "staged" });
  await strayDefinition(table, open.id, staged);
  for (const key of entriesOf(placedOf({ ...open, namespace: "new" }), staged)) await table.put({ ...key });
}
