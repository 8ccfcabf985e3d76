import { expect, test } from "vitest";
import { itemBytes } from "../../emulators/dynamodb/item.ts";
import type { CallUnits } from "../../emulators/dynamodb/open-dynamodb.ts";
import { temporaryDynamodb } from "./temporary-dynamodb.ts";

const TableName = "images";
const keyOf = (sk: string) => ({ pk: { S: "p" }, sk: { S: sk } });
const kilobytes = (sk: string, count: number) => ({
  ...keyOf(sk),
  data: { S: "x".repeat(count * 1024 - 20) },
});

async function start() {
  const calls: CallUnits[] = [];
  const dynamodb = await temporaryDynamodb({ onUnits: (units) => calls.push(units) });
  const units = async (operation: string, input: Record<string, unknown>) => {
    const answer = await dynamodb.handle(operation, { ReturnConsumedCapacity: "TOTAL", ...input });
    return answer.ConsumedCapacity;
  };
  const put = (sk: string, count: number) => units("PutItem", { TableName, Item: kilobytes(sk, count) });
  return { dynamodb, units, put, calls };
}

const single = (CapacityUnits: number) => ({ TableName, CapacityUnits });

test("the size of an item follows the developer guide", () => {
  const sizes: [object, number][] = [
    [{ S: "é€" }, 5],
    [{ N: "0" }, 1],
    [{ N: "12345" }, 4],
    [{ N: "-1200" }, 3],
    [{ B: "AAAA" }, 3],
    [{ BOOL: false }, 1],
    [{ NULL: true }, 1],
    [{ SS: ["ab", "c"] }, 3],
    [{ NS: ["1", "22"] }, 4],
    [{ BS: ["AAAA"] }, 3],
    [{ L: [] }, 3],
    [{ L: [{ S: "ab" }, { BOOL: true }] }, 3 + 2 + 3],
    [{ M: { k: { S: "ab" } } }, 3 + 1 + 3],
  ];
  for (const [value, bytes] of sizes) expect(itemBytes({ a: value }), JSON.stringify(value)).toBe(1 + bytes);
});

test("a write costs 1 unit for each KB of the larger of old and new item", async () => {
  const { units, put } = await start();
  expect(await put("a", 1)).toEqual(single(1));
  expect(await put("a", 3)).toEqual(single(3));
  expect(await put("a", 1)).toEqual(single(3));
  expect(await put("a", 2)).toEqual(single(2));
  expect(await units("UpdateItem", { TableName, Key: keyOf("a"), UpdateExpression: "REMOVE x" })).toEqual(
    single(2),
  );
  expect(await units("DeleteItem", { TableName, Key: keyOf("a") })).toEqual(single(2));
  expect(await units("DeleteItem", { TableName, Key: keyOf("a") })).toEqual(single(1));
});

test("a read costs 1 unit for each 4 KB, half of it when eventually consistent", async () => {
  const { units, put } = await start();
  await put("a", 5);
  const get = (sk: string, ConsistentRead: boolean) =>
    units("GetItem", { TableName, Key: keyOf(sk), ConsistentRead });
  expect(await get("a", true)).toEqual(single(2));
  expect(await get("a", false)).toEqual(single(1));
  expect(await get("absent", true)).toEqual(single(1));
  expect(await get("absent", false)).toEqual(single(0.5));
});

test("a Query rounds the sum of its page up, a BatchGetItem each item", async () => {
  const { units, put } = await start();
  for (const sk of ["a", "b", "c", "d", "e"]) await put(sk, 1);
  const query = (more: object) =>
    units("Query", {
      TableName,
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": { S: "p" } },
      ConsistentRead: true,
      ...more,
    });
  expect(await query({})).toEqual(single(2));
  expect(await query({ Limit: 4, Select: "COUNT" })).toEqual(single(1));
  const filtered = { ":pk": { S: "p" }, ":none": { S: "" } };
  expect(await query({ FilterExpression: "nothing = :none", ExpressionAttributeValues: filtered })).toEqual(
    single(2),
  );
  const Keys = ["a", "b", "c", "d", "e", "absent"].map(keyOf);
  expect(await units("BatchGetItem", { RequestItems: { images: { Keys, ConsistentRead: true } } })).toEqual([
    single(6),
  ]);
  expect(await units("BatchGetItem", { RequestItems: { images: { Keys } } })).toEqual([single(3)]);
});

test("a BatchWriteItem costs what its writes cost", async () => {
  const { units } = await start();
  const Items = [kilobytes("a", 1), kilobytes("b", 2)];
  const requests = [
    ...Items.map((Item) => ({ PutRequest: { Item } })),
    { DeleteRequest: { Key: keyOf("c") } },
  ];
  expect(await units("BatchWriteItem", { RequestItems: { images: requests } })).toEqual([single(4)]);
});

test("a transaction costs twice as much, and its repetition two reads", async () => {
  const { units, put } = await start();
  await put("checked", 3);
  const write = {
    ClientRequestToken: "token",
    TransactItems: [
      { Put: { TableName, Item: kilobytes("a", 2) } },
      { ConditionCheck: { TableName, Key: keyOf("checked"), ConditionExpression: "attribute_exists(pk)" } },
    ],
  };
  expect(await units("TransactWriteItems", write)).toEqual([single(10)]);
  expect(await units("TransactWriteItems", write)).toEqual([single(4)]);
  const TransactItems = ["a", "absent"].map((sk) => ({ Get: { TableName, Key: keyOf(sk) } }));
  expect(await units("TransactGetItems", { TransactItems })).toEqual([single(4)]);
});

test("the observer gets each call's units and its very input, also of a failed condition", async () => {
  const { dynamodb, calls } = await start();
  await dynamodb.handle("PutItem", { TableName, Item: kilobytes("a", 3) });
  const input = { TableName, Item: keyOf("a"), ConditionExpression: "attribute_not_exists(pk)" };
  await expect(dynamodb.handle("PutItem", input)).rejects.toThrow("The conditional request failed");
  await dynamodb.handle("GetItem", { TableName, Key: keyOf("a") });
  expect(calls).toMatchObject([
    { operation: "PutItem", readUnits: 0, writeUnits: 3 },
    { operation: "PutItem", readUnits: 0, writeUnits: 3 },
    { operation: "GetItem", readUnits: 0.5, writeUnits: 0 },
  ]);
  expect(calls[1]?.input).toBe(input);
});
