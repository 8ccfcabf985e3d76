import { expect, test } from "vitest";
import { KeyLocks } from "../../emulators/dynamodb/key-locks.ts";
import { temporaryDynamodb } from "./temporary-dynamodb.ts";

const TableName = "images";
const key = (name: string) => ({ pk: { S: name }, sk: { S: "image" } });
const add = (name: string) => ({
  TableName,
  Key: key(name),
  UpdateExpression: "ADD n :one",
  ExpressionAttributeValues: { ":one": { N: "1" } },
});

test("of 16 transactions for one key one wins, and the others leave nothing behind", async () => {
  const dynamodb = await temporaryDynamodb();
  for (let round = 0; round < 20; round++) {
    const attempts = Array.from({ length: 16 }, (_, racer) =>
      dynamodb.handle("TransactWriteItems", {
        TransactItems: [
          { Put: { TableName, Item: key(`witness-${round}-${racer}`) } },
          {
            Put: { TableName, Item: key(`prize-${round}`), ConditionExpression: "attribute_not_exists(pk)" },
          },
        ],
      }),
    );
    const results = await Promise.allSettled(attempts);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  }
  const { Count } = await dynamodb.handle("Scan", { TableName });
  expect(Count).toBe(2 * 20);
});

test("no increment is lost between updates and transactions", async () => {
  const dynamodb = await temporaryDynamodb();
  await Promise.all(
    Array.from({ length: 200 }, (_, turn) =>
      turn % 2 === 0
        ? dynamodb.handle("UpdateItem", add("counter"))
        : dynamodb.handle("TransactWriteItems", {
            // The keys in both orders: they must not lock each other out.
            TransactItems:
              turn % 4 === 1
                ? [{ Update: add("counter") }, { Update: add("other") }]
                : [{ Update: add("other") }, { Update: add("counter") }],
          }),
    ),
  );
  const { Item } = await dynamodb.handle("GetItem", { TableName, Key: key("counter") });
  expect(Item).toMatchObject({ n: { N: "200" } });
});

test("a reader never sees half of a transaction", async () => {
  const dynamodb = await temporaryDynamodb();
  const names = ["a", "b", "c", "d"];
  const keys = names.map((name) => ({ pk: { S: "pair" }, sk: { S: name } }));
  const writeAll = (n: number) =>
    dynamodb.handle("TransactWriteItems", {
      TransactItems: keys.map((one) => ({ Put: { TableName, Item: { ...one, n: { N: String(n) } } } })),
    });
  await writeAll(0);
  let writing = true;
  const writer = (async () => {
    for (let n = 1; n <= 300; n++) await writeAll(n);
    writing = false;
  })();
  const reads = [
    async () =>
      (
        await dynamodb.handle("Query", {
          TableName,
          KeyConditionExpression: "pk = :pk",
          ExpressionAttributeValues: { ":pk": { S: "pair" } },
        })
      ).Items,
    async () => {
      const { Responses } = await dynamodb.handle("BatchGetItem", {
        RequestItems: { images: { Keys: keys } },
      });
      return (Responses as Record<string, unknown>).images;
    },
    async () => {
      const { Responses } = await dynamodb.handle("TransactGetItems", {
        TransactItems: keys.map((Key) => ({ Get: { TableName, Key } })),
      });
      return (Responses as { Item: unknown }[]).map(({ Item }) => Item);
    },
  ];
  let seen = 0;
  while (writing)
    for (const read of reads) {
      const items = (await read()) as { n: { N: string } }[];
      expect(items).toHaveLength(names.length);
      expect(new Set(items.map(({ n }) => n.N)).size).toBe(1);
      seen++;
    }
  await writer;
  expect(seen).toBeGreaterThan(20);
});

test("locks are given in the order of asking, and the keys of one call together", async () => {
  const locks = new KeyLocks();
  const order: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = locks.hold(["a"], () => gate.promise.then(() => order.push("a")));
  const both = locks.hold(["b", "a", "b"], async () => order.push("a and b"));
  const last = locks.hold(["b"], async () => order.push("b"));
  const failing = locks.hold(["b"], async () => Promise.reject(new Error("failed")));
  const after = locks.hold(["b"], async () => order.push("after"));
  await locks.hold(["c"], async () => order.push("c"));
  gate.resolve();
  await expect(failing).rejects.toThrow("failed");
  await Promise.all([first, both, last, after]);
  expect(order).toEqual(["c", "a", "a and b", "b", "after"]);
});
