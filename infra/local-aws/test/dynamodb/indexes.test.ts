import { expect, test } from "vitest";
import type { TableDefinition } from "../../emulators/dynamodb/table.ts";
import { imagesTable } from "./images-table.ts";
import { temporaryDynamodb } from "./temporary-dynamodb.ts";

const TableName = "images";
const IndexName = "by-status";
const indexed: TableDefinition = {
  ...imagesTable,
  attributeDefinitions: [
    ...imagesTable.attributeDefinitions,
    { AttributeName: "status", AttributeType: "S" },
    { AttributeName: "due", AttributeType: "N" },
  ],
  globalSecondaryIndexes: [
    {
      IndexName,
      KeySchema: [
        { AttributeName: "status", KeyType: "HASH" },
        { AttributeName: "due", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["owner"] },
    },
  ],
};

async function start() {
  const dynamodb = await temporaryDynamodb({ tables: [indexed] });
  const put = (sk: string, more: object) =>
    dynamodb.handle("PutItem", {
      TableName,
      Item: { pk: { S: "p" }, sk: { S: sk }, ...more },
      ReturnConsumedCapacity: "INDEXES",
    });
  const find = (more: object = {}) =>
    dynamodb.handle("Query", {
      TableName,
      IndexName,
      KeyConditionExpression: "#status = :s",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":s": { S: "saving" } },
      ...more,
    });
  return { dynamodb, put, find };
}

const saving = (due: string) => ({ status: { S: "saving" }, due: { N: due }, owner: { S: "me" } });

test("an index is sorted by number, sparse, and holds what is projected", async () => {
  const { put, find } = await start();
  for (const [sk, due] of [
    ["a", "10"],
    ["b", "9"],
    ["c", "-1"],
  ] as const)
    await put(sk, { ...saving(due), hidden: { S: "x" } });
  await put("d", { status: { S: "saving" } });
  const { Items } = (await find()) as { Items: Record<string, unknown>[] };
  expect(Items.map(({ sk }) => sk)).toEqual([{ S: "c" }, { S: "b" }, { S: "a" }]);
  expect(Items[0]).toEqual({ pk: { S: "p" }, sk: { S: "c" }, ...saving("-1") });
});

test("an index follows updates, deletes and transactions", async () => {
  const { dynamodb, put, find } = await start();
  for (const sk of ["a", "b", "c"]) await put(sk, saving("1"));
  const keyOf = (sk: string) => ({ pk: { S: "p" }, sk: { S: sk } });
  const activate = {
    TableName,
    UpdateExpression: "SET #status = :active",
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: { ":active": { S: "active" } },
  };
  await dynamodb.handle("UpdateItem", { ...activate, Key: keyOf("a") });
  expect(await find()).toMatchObject({ Count: 2 });
  await dynamodb.handle("TransactWriteItems", {
    TransactItems: [{ Update: { ...activate, Key: keyOf("b") } }, { Delete: { TableName, Key: keyOf("c") } }],
  });
  expect(await find()).toMatchObject({ Count: 0 });
  await expect(put("x", { status: { N: "1" } })).rejects.toThrow("Type mismatch for Index Key status");
});

test.each([true, false])(
  "an index with equal keys pages over each item once, forward: %s",
  async (forward) => {
    const { put, find } = await start();
    for (let n = 0; n < 9; n++) await put(`i${n}`, saving("5"));
    const seen = new Set<string>();
    let from: object = {};
    for (;;) {
      const { Items, LastEvaluatedKey } = (await find({ Limit: 2, ScanIndexForward: forward, ...from })) as {
        Items: { sk: { S: string } }[];
        LastEvaluatedKey?: object;
      };
      for (const { sk } of Items) seen.add(sk.S);
      if (!LastEvaluatedKey) break;
      expect(Object.keys(LastEvaluatedKey).toSorted()).toEqual(["due", "pk", "sk", "status"]);
      from = { ExclusiveStartKey: LastEvaluatedKey };
    }
    expect(seen.size).toBe(9);
  },
);

test("an index costs its own units: new 1, moved 2, unchanged none", async () => {
  const { put } = await start();
  const cost = (table: number, index?: number) => ({
    ConsumedCapacity: {
      TableName,
      CapacityUnits: table + (index ?? 0),
      Table: { CapacityUnits: table },
      ...(index && { GlobalSecondaryIndexes: { [IndexName]: { CapacityUnits: index } } }),
    },
  });
  expect(await put("a", saving("1"))).toEqual(cost(1, 1));
  expect(await put("a", saving("2"))).toEqual(cost(1, 2));
  expect(await put("a", { ...saving("2"), hidden: { S: "x" } })).toEqual(cost(1));
  expect(await put("a", { ...saving("2"), owner: { S: "you" } })).toEqual(cost(1, 1));
  expect(await put("a", {})).toEqual(cost(1, 1));
});

test("consistent reads of an index and unknown indexes are refused", async () => {
  const { find } = await start();
  await expect(find({ ConsistentRead: true })).rejects.toThrow(
    "Consistent reads are not supported on global",
  );
  await expect(find({ IndexName: "absent" })).rejects.toThrow("does not have the specified index: absent");
});
