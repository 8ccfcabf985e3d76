import { type DynamoDBDocumentClient, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { expect, it } from "vitest";
import { dynamodbNamespaceStore } from "../../../shared/metadefs/adapters/dynamodb/namespace-store.ts";
import { dynamodbRecords } from "../../../shared/upkeep/adapters/dynamodb/records.ts";
import { added, changed, created, tag } from "../metadefs/some-namespaces.ts";
import { auditedTable } from "./audited-table.ts";
import { changeDefinitions } from "./changing-definitions.ts";

/** A client that does something else before each Query. */
const interrupted = (documents: DynamoDBDocumentClient, before: () => Promise<void>) =>
  new Proxy(documents, {
    get: (target, name) => {
      if (name !== "send") return Reflect.get(target, name);
      return async (command: Parameters<DynamoDBDocumentClient["send"]>[0]) => {
        if (command instanceof QueryCommand) await before();
        return target.send(command);
      };
    },
  });

it("does not take for lost what changes between the looks at a record and at what it counts", async () => {
  const { documents } = await auditedTable();
  const store = dynamodbNamespaceStore(documents, "images");
  let namespace = await created({ store });
  let left = 3;
  const records = dynamodbRecords(
    interrupted(documents, async () => {
      if (left-- > 0)
        namespace = await changed({ store }, namespace, {}, { writes: added("tags", [tag(`${left}`)]) });
    }),
    "images",
  );
  const ref = { kind: "namespace", namespaceId: namespace.id } as const;
  // A quick look is fooled, a close one is not.
  expect((await records.look([ref])).suspects).toEqual([ref]);
  expect(await records.faultsOf(ref)).toEqual([]);
  expect(namespace.revision).toBe(4);
});

it("says nothing about definitions that others write meanwhile, and counts them as the service does", async () => {
  const table = await auditedTable();
  let hasEnded = false;
  const writers = Promise.all([true, false].map((stays) => changeDefinitions(table, stays))).finally(() => {
    hasEnded = true;
  });
  let examined = 0;
  while (!hasEnded) {
    const pass = await table.audit();
    examined += pass.examined;
    expect(pass.acted).toBe(0);
  }
  await writers;
  expect(examined).toBeGreaterThan(0);
  expect(await table.audit()).toMatchObject({ acted: 0, failed: 0 });
  expect(await table.findings()).toEqual([]);
});
