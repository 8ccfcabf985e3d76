import { expect, test } from "vitest";
import type { TransactionKeys } from "../../emulators/dynamodb/transaction-keys.ts";
import { imagesTable } from "./images-table.ts";
import { temporaryDynamodb } from "./temporary-dynamodb.ts";

const TableName = "images";
const resource = imagesTable.arn;
const keyOf = (pk: string) => ({ pk: { S: pk }, sk: { S: "s" } });
const check = (name: string, ...keys: string[]) => ({
  action: `dynamodb:${name}`,
  resource,
  ...(keys.length > 0 && { context: { "dynamodb:LeadingKeys": keys } }),
});

/** The same as an item of a transaction. */
const enclosed = (operation: string, name: string, ...keys: string[]) => ({
  action: `dynamodb:${name}`,
  resource,
  context: {
    "dynamodb:EnclosingOperation": [operation],
    ...(keys.length > 0 && { "dynamodb:LeadingKeys": keys }),
  },
});
const mixedRight = (name: string, ...keys: string[]) => enclosed("TransactWriteItems", name, ...keys);
const mixed = {
  TransactItems: [
    { Put: { TableName, Item: keyOf("a") } },
    { Put: { TableName, Item: keyOf("b") } },
    { Delete: { TableName, Key: keyOf("c") } },
  ],
};

test.each<[string, Record<string, unknown>, object[]]>([
  ["GetItem", { TableName, Key: keyOf("a") }, [check("GetItem", "a")]],
  ["PutItem", { TableName, Item: { ...keyOf("a"), n: { N: "1" } } }, [check("PutItem", "a")]],
  ["UpdateItem", { TableName, Key: keyOf("a") }, [check("UpdateItem", "a")]],
  ["DeleteItem", { TableName, Key: keyOf("a") }, [check("DeleteItem", "a")]],
  ["Scan", { TableName }, [{ ...check("Scan"), context: {} }]],
  [
    "Scan",
    {
      TableName,
      Select: "SPECIFIC_ATTRIBUTES",
      ProjectionExpression: "#p, sk",
      FilterExpression: "pk = :a OR passwordHash.text1 = :a",
      ExpressionAttributeNames: { "#p": "pk" },
      ExpressionAttributeValues: { ":a": { S: "a" } },
    },
    [
      {
        ...check("Scan"),
        context: {
          "dynamodb:Attributes": ["pk", "sk", "passwordHash"],
          "dynamodb:Select": ["SPECIFIC_ATTRIBUTES"],
        },
      },
    ],
  ],
  ["DescribeTable", { TableName }, [check("DescribeTable")]],
  [
    "BatchGetItem",
    { RequestItems: { images: { Keys: [keyOf("a"), { pk: { S: "a" }, sk: { S: "t" } }, keyOf("b")] } } },
    [check("BatchGetItem", "a", "b")],
  ],
  [
    "BatchWriteItem",
    {
      RequestItems: {
        images: [{ PutRequest: { Item: keyOf("a") } }, { DeleteRequest: { Key: keyOf("b") } }],
      },
    },
    [check("BatchWriteItem", "a", "b")],
  ],
  [
    "TransactGetItems",
    { TransactItems: [{ Get: { TableName, Key: keyOf("a") } }, { Get: { TableName, Key: keyOf("b") } }] },
    [enclosed("TransactGetItems", "GetItem", "a"), enclosed("TransactGetItems", "GetItem", "b")],
  ],
  [
    "TransactWriteItems",
    {
      TransactItems: [
        { Put: { TableName, Item: keyOf("a") } },
        { Update: { TableName, Key: keyOf("b"), UpdateExpression: "REMOVE x" } },
        { Delete: { TableName, Key: keyOf("c") } },
        { ConditionCheck: { TableName, Key: keyOf("d"), ConditionExpression: "attribute_exists(pk)" } },
      ],
    },
    [
      enclosed("TransactWriteItems", "PutItem", "a"),
      enclosed("TransactWriteItems", "UpdateItem", "b"),
      enclosed("TransactWriteItems", "DeleteItem", "c"),
      enclosed("TransactWriteItems", "ConditionCheckItem", "d"),
    ],
  ],
])("%s needs its permissions, with the partition keys it touches", async (operation, input, expected) => {
  const dynamodb = await temporaryDynamodb();
  const before = structuredClone(input);
  expect(dynamodb.accessOf(operation, input)).toEqual(expected);
  expect(input).toEqual(before);
});

test.each<[TransactionKeys, object[]]>([
  ["own", [mixedRight("PutItem", "a"), mixedRight("PutItem", "b"), mixedRight("DeleteItem", "c")]],
  ["action", [mixedRight("PutItem", "a", "b"), mixedRight("DeleteItem", "c")]],
  ["all", [mixedRight("PutItem", "a", "b", "c"), mixedRight("DeleteItem", "a", "b", "c")]],
  ["none", [mixedRight("PutItem"), mixedRight("DeleteItem")]],
  [
    "every",
    [
      mixedRight("PutItem", "a"),
      mixedRight("PutItem", "b"),
      mixedRight("DeleteItem", "c"),
      mixedRight("PutItem", "a", "b"),
      mixedRight("PutItem", "a", "b", "c"),
      mixedRight("DeleteItem", "a", "b", "c"),
      mixedRight("PutItem"),
      mixedRight("DeleteItem"),
    ],
  ],
])("a transaction whose actions are judged with %s keys", async (transactionKeys, expected) => {
  const dynamodb = await temporaryDynamodb({ transactionKeys });
  expect(dynamodb.accessOf("TransactWriteItems", mixed)).toEqual(expected);
});

test.each([
  ["pk = :a AND sk = :b", {}],
  ["sk BETWEEN :b AND :b AND pk = :a", {}],
  ["(:a = #p) AND begins_with (sk, :b)", { ExpressionAttributeNames: { "#p": "pk" } }],
  ["((pk = :a) AND (sk >= :b))", {}],
])("a Query's leading key is read out of %s", async (KeyConditionExpression, more) => {
  const dynamodb = await temporaryDynamodb();
  const ExpressionAttributeValues = { ":a": { S: "owner" }, ":b": { S: "pk = :x" } };
  const input = { TableName, KeyConditionExpression, ExpressionAttributeValues, ...more };
  expect(dynamodb.accessOf("Query", input)).toEqual([check("Query", "owner")]);
});

test("an index has its own ARN and its own leading key", async () => {
  const indexed = {
    ...imagesTable,
    globalSecondaryIndexes: [
      {
        IndexName: "by-sk",
        KeySchema: [{ AttributeName: "sk", KeyType: "HASH" as const }],
        Projection: { ProjectionType: "KEYS_ONLY" as const },
      },
    ],
  };
  const dynamodb = await temporaryDynamodb({ tables: [indexed] });
  const input = {
    TableName,
    IndexName: "by-sk",
    KeyConditionExpression: "sk = :b",
    ExpressionAttributeValues: { ":b": { S: "b" } },
  };
  expect(dynamodb.accessOf("Query", input)).toEqual([
    { ...check("Query", "b"), resource: `${resource}/index/by-sk` },
  ]);
});

test.each<[string, string, Record<string, unknown>]>([
  ["ResourceNotFoundException", "GetItem", { TableName: "elsewhere", Key: keyOf("a") }],
  ["ResourceNotFoundException", "BatchGetItem", { RequestItems: { elsewhere: { Keys: [keyOf("a")] } } }],
  ["ValidationException", "Query", { TableName, KeyConditionExpression: "pk = " }],
])("%s is thrown before any judgement: %s", async (code, operation, input) => {
  const dynamodb = await temporaryDynamodb();
  expect(() => dynamodb.accessOf(operation, input)).toThrow(expect.objectContaining({ code }));
});

test("a call is done whether or not its permissions were asked, and again with the same input", async () => {
  const dynamodb = await temporaryDynamodb();
  const input = {
    TableName,
    Key: keyOf("a"),
    UpdateExpression: "ADD n :one",
    ExpressionAttributeValues: { ":one": { N: "1" } },
    ReturnValues: "ALL_NEW",
  };
  await dynamodb.handle("UpdateItem", input);
  dynamodb.accessOf("UpdateItem", input);
  await dynamodb.handle("UpdateItem", input);
  const { Attributes } = await dynamodb.handle("UpdateItem", input);
  expect(Attributes).toEqual({ ...keyOf("a"), n: { N: "3" } });
});
