import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import type { TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import { GetCommand, PutCommand, TransactGetCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { describe, expect, test } from "vitest";
import { sdkOn } from "./sdk-endpoint.ts";
import { temporaryDirectory, temporaryDynamodb } from "./temporary-dynamodb.ts";

type TransactItems = NonNullable<TransactWriteCommandInput["TransactItems"]>;

const TableName = "images";
const key = (name: string) => ({ pk: name, sk: "image" });
const put = (name: string, more: object = {}) => ({ Put: { TableName, Item: { ...key(name), ...more } } });

async function start() {
  const { documents } = await sdkOn(await temporaryDynamodb());
  const find = async (name: string) =>
    (await documents.send(new GetCommand({ TableName, Key: key(name), ConsistentRead: true }))).Item;
  const write = (TransactItems: TransactItems, ClientRequestToken?: string) =>
    documents.send(new TransactWriteCommand({ TransactItems, ClientRequestToken }));
  const refusalOf = async (TransactItems: TransactItems) => {
    const error = await write(TransactItems).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(TransactionCanceledException);
    return error as TransactionCanceledException;
  };
  return { documents, find, write, refusalOf };
}

describe("a transaction", () => {
  test("puts, updates, deletes and checks, all at once", async () => {
    const { documents, find, write } = await start();
    for (const name of ["old", "counted", "checked"])
      await documents.send(new PutCommand({ TableName, Item: { ...key(name), n: 1 } }));
    await write([
      put("new", { n: 7 }),
      {
        Update: {
          TableName,
          Key: key("counted"),
          UpdateExpression: "ADD n :one",
          ExpressionAttributeValues: { ":one": 1 },
        },
      },
      { Delete: { TableName, Key: key("old") } },
      { ConditionCheck: { TableName, Key: key("checked"), ConditionExpression: "attribute_exists(pk)" } },
    ]);
    expect(await find("new")).toEqual({ ...key("new"), n: 7 });
    expect(await find("counted")).toEqual({ ...key("counted"), n: 2 });
    expect(await find("checked")).toEqual({ ...key("checked"), n: 1 });
    expect(await find("old")).toBeUndefined();
  });

  test("says for each action why it was cancelled, and writes none", async () => {
    const { documents, find, refusalOf } = await start();
    await documents.send(new PutCommand({ TableName, Item: { ...key("taken"), owner: "a" } }));
    const taken = { TableName, Item: key("taken"), ConditionExpression: "attribute_not_exists(pk)" };
    const error = await refusalOf([
      put("first"),
      { Put: { ...taken, ReturnValuesOnConditionCheckFailure: "ALL_OLD" } },
      { ConditionCheck: { TableName, Key: key("absent"), ConditionExpression: "attribute_exists(pk)" } },
      {
        Update: {
          TableName,
          Key: key("empty"),
          UpdateExpression: "SET n = n + :one",
          ExpressionAttributeValues: { ":one": 1 },
        },
      },
    ]);
    expect(error.message).toBe(
      "Transaction cancelled, please refer cancellation reasons for specific reasons " +
        "[None, ConditionalCheckFailed, ConditionalCheckFailed, ValidationError]",
    );
    expect(error.CancellationReasons).toEqual([
      { Code: "None" },
      {
        Code: "ConditionalCheckFailed",
        Message: "The conditional request failed",
        Item: { pk: { S: "taken" }, sk: { S: "image" }, owner: { S: "a" } },
      },
      { Code: "ConditionalCheckFailed", Message: "The conditional request failed" },
      {
        Code: "ValidationError",
        Message: "The provided expression refers to an attribute that does not exist in the item",
      },
    ]);
    expect(await find("first")).toBeUndefined();
  });

  test("with a key that does not fit the table is cancelled with a validation error", async () => {
    const { refusalOf } = await start();
    const error = await refusalOf([put("good"), { Delete: { TableName, Key: { pk: "no sort key" } } }]);
    expect(error.CancellationReasons).toEqual([
      { Code: "None" },
      { Code: "ValidationError", Message: "The provided key element does not match the schema" },
    ]);
  });

  test("that makes an item too large is cancelled", async () => {
    const { documents, refusalOf } = await start();
    await documents.send(new PutCommand({ TableName, Item: { ...key("large"), a: "x".repeat(300_000) } }));
    const error = await refusalOf([
      {
        Update: {
          TableName,
          Key: key("large"),
          UpdateExpression: "SET b = :b",
          ExpressionAttributeValues: { ":b": "x".repeat(150_000) },
        },
      },
    ]);
    expect(error.CancellationReasons?.[0]).toEqual({
      Code: "ValidationError",
      Message: "Item size to update has exceeded the maximum allowed size",
    });
  });

  test.each<[rule: string, items: TransactItems, message: RegExp]>([
    [
      "no two actions on one item",
      [put("same"), put("same")],
      /cannot include multiple operations on one item/,
    ],
    [
      "at most 100 actions",
      Array.from({ length: 101 }, (_, n) => put(`i${n}`)),
      /length less than or equal to 100/,
    ],
    [
      "at most 4 MB",
      Array.from({ length: 11 }, (_, n) => put(`i${n}`, { a: "x".repeat(400_000) })),
      /exceeds 4 MB/,
    ],
    ["at least one action", [], /length greater than or equal to 1/],
    [
      "one kind an action",
      [{ ...put("a"), Delete: { TableName, Key: key("b") } }],
      /can only contain one of/,
    ],
    ["no action without a kind", [{}], /can only contain one of/],
  ])("%s", async (_rule, items, message) => {
    const { write } = await start();
    await expect(write(items)).rejects.toThrow(
      expect.objectContaining({ name: "ValidationException", message: expect.stringMatching(message) }),
    );
  });

  test("in a table that does not exist is a ResourceNotFoundException", async () => {
    const { write } = await start();
    const elsewhere = { Put: { TableName: "elsewhere", Item: key("a") } };
    await expect(write([elsewhere])).rejects.toThrow(
      expect.objectContaining({ name: "ResourceNotFoundException" }),
    );
  });
});

describe("a client request token", () => {
  const count = (n: number) => ({
    Update: {
      TableName,
      Key: key("counter"),
      UpdateExpression: "ADD n :n",
      ExpressionAttributeValues: { ":n": n },
    },
  });

  test("makes a repetition do nothing", async () => {
    const { find, write } = await start();
    await Promise.all([write([count(1)], "token"), write([count(1)], "token")]);
    await write([count(1)], "token");
    expect(await find("counter")).toMatchObject({ n: 1 });
  });

  test("cannot be used for another transaction", async () => {
    const { find, write } = await start();
    await write([count(1)], "token");
    await expect(write([count(2)], "token")).rejects.toThrow(
      expect.objectContaining({ name: "IdempotentParameterMismatchException" }),
    );
    expect(await find("counter")).toMatchObject({ n: 1 });
  });

  test("of a cancelled transaction is not used up", async () => {
    const { documents, find, write } = await start();
    const check = {
      ConditionCheck: { TableName, Key: key("needed"), ConditionExpression: "attribute_exists(pk)" },
    };
    await expect(write([check, count(1)], "token")).rejects.toThrow(TransactionCanceledException);
    await documents.send(new PutCommand({ TableName, Item: key("needed") }));
    await write([check, count(1)], "token");
    expect(await find("counter")).toMatchObject({ n: 1 });
  });

  test("is known after a restart, whatever the order of the members, and for ten minutes", async () => {
    const directory = await temporaryDirectory();
    let now = Date.now();
    const update = count(1).Update;
    const wire = { ...update, Key: { pk: { S: "counter" }, sk: { S: "image" } } };
    const ask = { ...wire, ExpressionAttributeValues: { ":n": { N: "1" } } };
    const turned = Object.fromEntries(Object.entries(ask).reverse());
    const request = (Update: object) => ({ ClientRequestToken: "token", TransactItems: [{ Update }] });
    const first = await temporaryDynamodb({ directory, clock: () => now });
    await first.handle("TransactWriteItems", request(ask));
    await first.close();
    const second = await temporaryDynamodb({ directory, clock: () => now });
    const counted = async () =>
      (await second.handle("GetItem", { TableName, Key: wire.Key })).Item as { n: { N: string } };
    await second.handle("TransactWriteItems", request(turned));
    expect((await counted()).n.N).toBe("1");
    now += 10 * 60 * 1000;
    await second.handle("TransactWriteItems", request(ask));
    expect((await counted()).n.N).toBe("2");
  });
});

test("TransactGetItems answers in the order of the request, with nothing for absent items", async () => {
  const { documents } = await start();
  await documents.send(new PutCommand({ TableName, Item: { ...key("a"), n: 1, m: 2 } }));
  const { Responses } = await documents.send(
    new TransactGetCommand({
      TransactItems: [
        { Get: { TableName, Key: key("absent") } },
        { Get: { TableName, Key: key("a"), ProjectionExpression: "n" } },
      ],
    }),
  );
  expect(Responses).toEqual([{}, { Item: { n: 1 } }]);
});
