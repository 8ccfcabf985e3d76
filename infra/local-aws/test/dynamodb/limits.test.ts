import { describe, expect, test } from "vitest";
import { temporaryDynamodb } from "./temporary-dynamodb.ts";

const TableName = "images";
const S = (text: string) => ({ S: text });
const itemOf = (pk: string, sk: string, data = "") => ({ pk: S(pk), sk: S(sk), data: S(data) });
const invalid = (message: string) =>
  expect.objectContaining({ code: "ValidationException", message: expect.stringContaining(message) });

describe("keys", () => {
  test.each([
    ["a partition key of 2048 bytes", "é".repeat(1024), "a", undefined],
    ["a partition key of 2049 bytes", `${"é".repeat(1024)}a`, "a", "hashkey has exceeded"],
    ["a sort key of 1024 bytes", "a", "é".repeat(512), undefined],
    ["a sort key of 1025 bytes", "a", `${"é".repeat(512)}a`, "range keys has exceeded"],
    ["an empty partition key", "", "a", "empty string value. Key: pk"],
    ["an empty sort key", "a", "", "empty string value. Key: sk"],
  ])("%s", async (_case, pk, sk, message) => {
    const dynamodb = await temporaryDynamodb();
    const calls = [
      () => dynamodb.handle("PutItem", { TableName, Item: itemOf(pk, sk) }),
      () => dynamodb.handle("GetItem", { TableName, Key: { pk: S(pk), sk: S(sk) } }),
      () => dynamodb.handle("DeleteItem", { TableName, Key: { pk: S(pk), sk: S(sk) } }),
    ];
    for (const call of calls)
      if (message) await expect(call()).rejects.toThrow(invalid(message));
      else await call();
  });

  test("of another type or with more attributes are refused", async () => {
    const dynamodb = await temporaryDynamodb();
    const get = (Key: object) => dynamodb.handle("GetItem", { TableName, Key });
    const mismatch = invalid("The provided key element does not match the schema");
    await expect(get({ pk: { N: "1" }, sk: S("a") })).rejects.toThrow(mismatch);
    await expect(get({ pk: S("a") })).rejects.toThrow(mismatch);
    await expect(get({ ...itemOf("a", "b") })).rejects.toThrow(mismatch);
  });
});

describe("an item", () => {
  // 400 KB less the names and values of the keys and the name of the attribute.
  const room = 400 * 1024 - "pkask".length - "b".length - "data".length;

  test("takes 400 KB of UTF-8, not a byte more", async () => {
    const dynamodb = await temporaryDynamodb();
    const put = (data: string) => dynamodb.handle("PutItem", { TableName, Item: itemOf("a", "b", data) });
    await put("x".repeat(room));
    const tooLarge = invalid("Item size has exceeded the maximum allowed size");
    await expect(put("x".repeat(room + 1))).rejects.toThrow(tooLarge);
    await expect(put("é".repeat(room / 2 + 1))).rejects.toThrow(tooLarge);
    const requests = [{ PutRequest: { Item: itemOf("c", "d", "é".repeat(room / 2 + 1)) } }];
    const batch = dynamodb.handle("BatchWriteItem", {
      RequestItems: { images: [{ PutRequest: { Item: itemOf("e", "f") } }, ...requests] },
    });
    await expect(batch).rejects.toThrow(tooLarge);
    expect(await dynamodb.handle("Scan", { TableName })).toMatchObject({ Count: 1 });
  });

  test("may not grow beyond it by an update", async () => {
    const dynamodb = await temporaryDynamodb();
    await dynamodb.handle("PutItem", { TableName, Item: itemOf("a", "b", "x".repeat(room)) });
    const update = dynamodb.handle("UpdateItem", {
      TableName,
      Key: { pk: S("a"), sk: S("b") },
      UpdateExpression: "SET n = :n",
      ExpressionAttributeValues: { ":n": { N: "1" } },
    });
    await expect(update).rejects.toThrow(
      invalid("Item size to update has exceeded the maximum allowed size"),
    );
  });

  test("may hold empty strings, but not documents of more than 32 levels", async () => {
    const dynamodb = await temporaryDynamodb();
    await dynamodb.handle("PutItem", { TableName, Item: itemOf("a", "b", "") });
    let deep: object = S("bottom");
    for (let level = 0; level < 33; level++) deep = { L: [deep] };
    const put = dynamodb.handle("PutItem", { TableName, Item: { ...itemOf("a", "b"), deep } });
    await expect(put).rejects.toThrow(invalid("Nesting Levels have exceeded supported limits"));
  });
});

describe("a batch", () => {
  const keys = (count: number) => Array.from({ length: count }, (_, n) => ({ pk: S(`p${n}`), sk: S("a") }));

  test("reads 100 keys, not 101, none twice", async () => {
    const dynamodb = await temporaryDynamodb();
    const read = (Keys: object[]) => dynamodb.handle("BatchGetItem", { RequestItems: { images: { Keys } } });
    expect(await read(keys(100))).toEqual({ Responses: { images: [] }, UnprocessedKeys: {} });
    await expect(read(keys(101))).rejects.toThrow(invalid("length less than or equal to 100"));
    await expect(read([...keys(1), ...keys(1)])).rejects.toThrow(invalid("contains duplicates"));
  });

  test("writes 25 items, not 26, none twice", async () => {
    const dynamodb = await temporaryDynamodb();
    const write = (Items: object[]) =>
      dynamodb.handle("BatchWriteItem", {
        RequestItems: { images: Items.map((Item) => ({ PutRequest: { Item } })) },
      });
    expect(await write(keys(25))).toEqual({ UnprocessedItems: {} });
    await expect(write(keys(26))).rejects.toThrow(invalid("less than or equal to 25"));
    await expect(write([...keys(1), ...keys(1)])).rejects.toThrow(invalid("contains duplicates"));
    const Requests = keys(24).map((Key) => ({ DeleteRequest: { Key } }));
    await dynamodb.handle("BatchWriteItem", { RequestItems: { images: Requests } });
    expect(await dynamodb.handle("Scan", { TableName })).toMatchObject({ Count: 1 });
  });

  test("answers 16 MB and names the keys that are left", async () => {
    const dynamodb = await temporaryDynamodb();
    const Keys = keys(45);
    for (const key of Keys)
      await dynamodb.handle("PutItem", { TableName, Item: { ...key, data: S("x".repeat(400_000)) } });
    const asked = { Keys, ConsistentRead: true, ProjectionExpression: "pk" };
    const answer = await dynamodb.handle("BatchGetItem", { RequestItems: { images: asked } });
    const { Responses, UnprocessedKeys } = answer as {
      Responses: { images: unknown[] };
      UnprocessedKeys: { images: { Keys: unknown[] } };
    };
    expect(Responses.images).toHaveLength(Math.floor((16 * 1024 * 1024) / 400_011));
    expect(UnprocessedKeys.images).toMatchObject({ ConsistentRead: true, ProjectionExpression: "pk" });
    expect(UnprocessedKeys.images.Keys).toHaveLength(45 - Responses.images.length);
  });
});

test("a page of a Query ends before 1 MB", async () => {
  const dynamodb = await temporaryDynamodb();
  for (let n = 0; n < 12; n++)
    await dynamodb.handle("PutItem", { TableName, Item: itemOf("a", `i${n + 10}`, "x".repeat(100_000)) });
  const query = (more: object = {}) =>
    dynamodb.handle("Query", {
      TableName,
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": S("a") },
      ...more,
    });
  const first = await query();
  expect(first).toMatchObject({ Count: 10, LastEvaluatedKey: { pk: S("a"), sk: S("i19") } });
  const second = await query({ ExclusiveStartKey: first.LastEvaluatedKey });
  expect(second).toMatchObject({ Count: 2 });
  expect(second).not.toHaveProperty("LastEvaluatedKey");
});

test.each([
  ["null for a map", "GetItem", { TableName, Key: null }],
  ["a list for a map", "PutItem", { TableName, Item: [] }],
  ["a number for a string", "GetItem", { TableName: 7, Key: {} }],
  ["null for a key", "BatchGetItem", { RequestItems: { images: { Keys: [null] } } }],
  ["null for an action", "TransactWriteItems", { TransactItems: [null] }],
  ["a value of two types", "GetItem", { TableName, Key: { pk: { S: "a", N: "1" }, sk: S("a") } }],
  ["no table", "Query", {}],
])("%s is refused with a reason", async (_case, operation, input) => {
  const dynamodb = await temporaryDynamodb();
  await expect(dynamodb.handle(operation, input)).rejects.toThrow(
    expect.objectContaining({
      code: expect.stringMatching(/^(Validation|Serialization)Exception$/),
      status: 400,
    }),
  );
});
