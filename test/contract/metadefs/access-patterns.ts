import { randomUUID } from "node:crypto";
import { openDynamodb } from "../../../infra/local-aws/emulators/dynamodb/open-dynamodb.ts";
import { noFaults } from "../../../infra/local-aws/faults.ts";
import { imagesTable } from "../../../infra/local-aws/test/dynamodb/images-table.ts";
import { temporaryDirectory } from "../../../infra/local-aws/test/dynamodb/temporary-dynamodb.ts";
import { entriesOf, placedOf } from "../../../shared/metadefs/adapters/dynamodb/list-entries.ts";
import { emptyStored, namespaceItem } from "../../../shared/metadefs/adapters/dynamodb/namespace-record.ts";
import { dynamodbNamespaceStore } from "../../../shared/metadefs/adapters/dynamodb/namespace-store.ts";
import type { NamespaceListing } from "../../../shared/metadefs/ports/namespace-store.ts";
import { sdkOn } from "../../fakes/documents-on-emulator.ts";
import { fillTable } from "./fill-table.ts";
import { added, aNamespace, association, changed, created, event, property, tag } from "./some-namespaces.ts";

export interface Units {
  read: number;
  write: number;
}

/** The catalogue on an emulated table that counts the documented capacity units. */
async function measured() {
  let units: Units = { read: 0, write: 0 };
  const service = await openDynamodb({
    directory: await temporaryDirectory(),
    tables: [imagesTable],
    faults: noFaults,
    onUnits: ({ readUnits, writeUnits }) => {
      units.read += readUnits;
      units.write += writeUnits;
    },
  });
  const { documents } = await sdkOn(service, 3);
  const costOf = async (work: () => Promise<unknown>): Promise<Units> => {
    units = { read: 0, write: 0 };
    await work();
    return { ...units };
  };
  return { store: dynamodbNamespaceStore(documents, "images"), costOf, service };
}

const numbered = (count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${n}`.padStart(3, "0"));
const typed = () => [association("OS::Glance::Image", { prefix: "hw_" })];

/** Costs of the usual operations among `count` other namespaces, public ones of one resource type. */
export async function metadefCostsAmong(count: number): Promise<Record<string, Units>> {
  const { store, costOf, service } = await measured();
  // Below the store: an item each, without transactions.
  const mark = randomUUID();
  for (let at = 0; at < count; at += 1000) {
    const some = Array.from({ length: Math.min(1000, count - at) }, () =>
      aNamespace({ visibility: "public", resource_types: typed() }),
    );
    await fillTable(
      service,
      "images",
      some.flatMap((of) => [
        namespaceItem(emptyStored(of, mark)),
        ...entriesOf(placedOf(of), mark).map((key) => ({ ...key })),
      ]),
    );
  }
  await created({ store }, { resource_types: typed(), visibility: "public" });

  const events = [event("one")];
  const small = { resource_types: typed(), visibility: "public" } as const;
  const fifty = {
    writes: added(
      "properties",
      numbered(50).map((name) => property(name)),
    ),
    events,
  };
  const whole = await created({ store }, { ...small, namespace: "whole" }, fifty);
  const large = await created({ store }, small, { writes: added("tags", numbered(500).map(tag)) });
  const page =
    (listing: Partial<NamespaceListing> = {}) =>
    async () => {
      const all = store.list({
        scopes: [{ kind: "public" }, { kind: "owner", project: "demo" }],
        sortKey: "created_at",
        direction: "desc",
        expected: 26,
        ...listing,
      });
      for (let n = 0; n < 25; n++) await all.next();
      await all.return(undefined);
    };
  return {
    "find a namespace": await costOf(() => store.find("whole")),
    "show a namespace of 50 properties": await costOf(() => store.read("whole")),
    "show a property": await costOf(async () => {
      const found = await store.find("whole");
      if (found) await store.definition(found, "properties", "007");
    }),
    "list 25, newest first": await costOf(page()),
    "list 25, by name": await costOf(page({ sortKey: "namespace", direction: "asc" })),
    "list 25 of a resource type": await costOf(page({ resourceTypes: ["OS::Glance::Image"] })),
    create: await costOf(() => created({ store }, small, { events })),
    "create with 50 properties": await costOf(() => created({ store }, small, fifty)),
    "add a tag": await costOf(() =>
      changed({ store }, whole, {}, { writes: added("tags", [tag("new")]), events }),
    ),
    "rename, with 500 tags in it": await costOf(() =>
      changed({ store }, large, { namespace: "renamed" }, { events }),
    ),
    "replace 500 tags": await costOf(async () => {
      const before = await store.find("renamed");
      const writes = added("tags", numbered(500).map(tag));
      if (before) await changed({ store }, before, {}, { emptied: ["tags"], writes, events });
    }),
    "delete, with 500 tags in it": await costOf(async () => {
      const before = await store.find("renamed");
      if (before) await store.commit({ before, after: undefined, events });
    }),
  };
}
