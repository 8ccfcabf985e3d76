import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import {
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandOutput,
  ScanCommand,
  type ScanCommandOutput,
  UpdateCommand,
  type UpdateCommandInput,
} from "@aws-sdk/lib-dynamodb";
import { describe, expect, test } from "vitest";
import { sdkOn } from "./sdk-endpoint.ts";
import { temporaryDynamodb } from "./temporary-dynamodb.ts";

const TableName = "images";
const Key = { pk: "image", sk: "a" };

async function start(item: object = {}) {
  const { documents } = await sdkOn(await temporaryDynamodb());
  const put = (more: object) => documents.send(new PutCommand({ TableName, Item: { ...Key, ...more } }));
  await put(item);
  const update = async (UpdateExpression: string, more: Partial<UpdateCommandInput> = {}) =>
    (
      await documents.send(
        new UpdateCommand({ TableName, Key, UpdateExpression, ReturnValues: "ALL_NEW", ...more }),
      )
    ).Attributes;
  return { documents, put, update };
}

describe("an update", () => {
  test.each<[string, object, string, Record<string, unknown> | undefined, object]>([
    ["appends to a list", { l: [1] }, "SET l = list_append(l, :v)", { ":v": [2] }, { l: [1, 2] }],
    [
      "starts a list",
      {},
      "SET l = list_append(if_not_exists(l, :e), :v)",
      { ":e": [], ":v": [2] },
      { l: [2] },
    ],
    ["keeps what exists", { n: 1 }, "SET n = if_not_exists(n, :v)", { ":v": 5 }, { n: 1 }],
    ["counts", { n: 1 }, "SET n = n + :v", { ":v": 2 }, { n: 3 }],
    ["adds to a number that is not there", {}, "ADD n :v", { ":v": 2 }, { n: 2 }],
    [
      "adds to a set",
      { s: new Set(["a"]) },
      "ADD s :v",
      { ":v": new Set(["a", "b"]) },
      { s: new Set(["a", "b"]) },
    ],
    [
      "takes from a set",
      { s: new Set(["a", "b"]) },
      "DELETE s :v",
      { ":v": new Set(["a"]) },
      { s: new Set(["b"]) },
    ],
    ["drops an empty set", { s: new Set(["a"]) }, "DELETE s :v", { ":v": new Set(["a"]) }, {}],
    ["sets inside a map", { m: { x: 1 } }, "SET m.y = :v REMOVE m.x", { ":v": 2 }, { m: { y: 2 } }],
    ["reads the item as it was", { a: 1, b: 2 }, "SET a = b, b = a", undefined, { a: 2, b: 1 }],
    ["removes by the old positions", { l: [0, 1, 2, 3] }, "REMOVE l[0], l[2]", undefined, { l: [1, 3] }],
  ])("%s", async (_rule, item, expression, values, expected) => {
    const { update } = await start(item);
    expect(await update(expression, { ExpressionAttributeValues: values })).toEqual({ ...Key, ...expected });
  });

  test("of an absent item makes it", async () => {
    const { update } = await start();
    const other = { pk: "image", sk: "new" };
    const made = await update("SET n = :v", { Key: other, ExpressionAttributeValues: { ":v": 1 } });
    expect(made).toEqual({ ...other, n: 1 });
  });

  test.each<[string, string, Record<string, unknown>, string]>([
    ["a reserved word", "SET size = :v", { ":v": 1 }, "reserved keyword"],
    ["a value that is not used", "SET n = :v", { ":v": 1, ":w": 2 }, "unused in expressions"],
    ["a change of the key", "SET sk = :v", { ":v": "x" }, "This attribute is part of the key"],
    ["arithmetic on a string", "SET n = t + :v", { ":v": 1 }, "incorrect data type"],
    ["an expression of more than 4 KB", `SET n = :v${" ".repeat(4096)}`, { ":v": 1 }, "Expression size"],
  ])("refuses %s", async (_what, expression, ExpressionAttributeValues, message) => {
    const { update } = await start({ t: "text" });
    await expect(update(expression, { ExpressionAttributeValues })).rejects.toThrow(
      expect.objectContaining({ name: "ValidationException", message: expect.stringContaining(message) }),
    );
  });

  test("with a legacy parameter is refused", async () => {
    const dynamodb = await temporaryDynamodb();
    const input = { TableName, Key: { pk: { S: "a" }, sk: { S: "b" } }, AttributeUpdates: {} };
    await expect(dynamodb.handle("UpdateItem", input)).rejects.toThrow("AttributeUpdates is not offered");
  });
});

describe("a condition", () => {
  const item = { n: 5, t: "2026-01-02", l: ["x"], s: new Set(["a"]), m: { holder: "me" }, nothing: null };
  test.each<[boolean, string, Record<string, unknown> | undefined]>([
    [true, "attribute_exists(n) AND attribute_not_exists(z)", undefined],
    [false, "attribute_not_exists(n)", undefined],
    [true, "n BETWEEN :a AND :b", { ":a": 5, ":b": 6 }],
    [false, "n BETWEEN :a AND :b", { ":a": 10, ":b": 60 }],
    [true, "n IN (:a, :b)", { ":a": 4, ":b": 5 }],
    [true, "begins_with(t, :p) AND t < :q", { ":p": "2026-", ":q": "2026-02" }],
    [false, "begins_with(t, :p)", { ":p": "2027" }],
    [true, "contains(s, :a) AND contains(l, :x) AND contains(t, :c)", { ":a": "a", ":x": "x", ":c": "01-0" }],
    [true, "m.holder = :me AND NOT m.holder <> :me", { ":me": "me" }],
    [true, "size(t) = :ten AND size(l) = :one", { ":ten": 10, ":one": 1 }],
    [true, "attribute_type(nothing, :null) OR n > :many", { ":null": "NULL", ":many": 100 }],
    [true, "z <> :a", { ":a": 1 }],
    [false, "z = :a OR z > :a", { ":a": 1 }],
  ])("is %s: %s", async (holds, ConditionExpression, ExpressionAttributeValues) => {
    const { documents } = await start(item);
    const call = documents.send(
      new DeleteCommand({
        TableName,
        Key,
        ConditionExpression,
        ExpressionAttributeValues,
        ReturnValues: "ALL_OLD",
      }),
    );
    if (holds) expect((await call).Attributes).toMatchObject({ n: 5 });
    else await expect(call).rejects.toThrow(ConditionalCheckFailedException);
  });

  test("that fails shows the item to those who ask", async () => {
    const { documents } = await start({ owner: "me" });
    const condition = { ConditionExpression: "attribute_not_exists(pk)" };
    const shown = { ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const };
    const commands = [
      new PutCommand({ TableName, Item: Key, ...condition, ...shown }),
      new UpdateCommand({ TableName, Key, UpdateExpression: "REMOVE x", ...condition, ...shown }),
      new DeleteCommand({ TableName, Key, ...condition, ...shown }),
    ] as PutCommand[];
    const Item = { pk: { S: "image" }, sk: { S: "a" }, owner: { S: "me" } };
    for (const command of commands)
      await expect(documents.send(command)).rejects.toThrow(
        expect.objectContaining({ name: "ConditionalCheckFailedException", Item }),
      );
    const silent = documents.send(new PutCommand({ TableName, Item: Key, ...condition }));
    await expect(silent).rejects.toThrow(expect.objectContaining({ Item: undefined }));
  });
});

describe("a read", () => {
  test("answers the projection asked for", async () => {
    const { documents } = await start({ n: 1, m: { x: 1, y: 2 }, l: [1, 2], name: "cirros" });
    const { Item } = await documents.send(
      new GetCommand({
        TableName,
        Key,
        ProjectionExpression: "n, m.y, l[1], #name",
        ExpressionAttributeNames: { "#name": "name" },
      }),
    );
    expect(Item).toEqual({ n: 1, m: { y: 2 }, l: [2], name: "cirros" });
  });

  test.each<[string, Record<string, string>, string[]]>([
    ["begins_with(sk, :v)", { ":v": "b" }, ["b", "ba", "bb"]],
    ["sk BETWEEN :v AND :w", { ":v": "b", ":w": "ba" }, ["b", "ba"]],
    ["sk > :v", { ":v": "ba" }, ["bb", "c", "é"]],
    ["sk <= :v", { ":v": "b" }, ["a", "b"]],
    ["sk = :v", { ":v": "c" }, ["c"]],
  ])("finds by the sort key: %s", async (condition, values, expected) => {
    const { documents, put } = await start();
    for (const sk of ["é", "c", "bb", "ba", "b"]) await put({ sk });
    await put({ pk: "other", sk: "b" });
    const ask = {
      TableName,
      KeyConditionExpression: `pk = :pk AND ${condition}`,
      ExpressionAttributeValues: { ":pk": "image", ...values },
    };
    const found = async (ScanIndexForward: boolean) =>
      (await documents.send(new QueryCommand({ ...ask, ScanIndexForward }))).Items?.map((item) => item.sk);
    expect(await found(true)).toEqual(expected);
    expect(await found(false)).toEqual(expected.toReversed());
  });

  test.each([true, false])("pages with a limit and a filter, forward: %s", async (ScanIndexForward) => {
    const { documents, put } = await start({ sk: "0", n: 0 });
    for (let n = 1; n < 7; n++) await put({ sk: String(n), n });
    const seen: unknown[] = [];
    let ExclusiveStartKey: Record<string, unknown> | undefined;
    let pages = 0;
    do {
      const page: QueryCommandOutput = await documents.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: "pk = :pk",
          FilterExpression: "n <> :three",
          ExpressionAttributeValues: { ":pk": "image", ":three": 3 },
          Limit: 2,
          ScanIndexForward,
          ExclusiveStartKey,
        }),
      );
      seen.push(...(page.Items ?? []).map((item) => item.n));
      ExclusiveStartKey = page.LastEvaluatedKey;
      pages++;
    } while (ExclusiveStartKey);
    expect(seen).toEqual(ScanIndexForward ? [0, 1, 2, 4, 5, 6] : [6, 5, 4, 2, 1, 0]);
    expect(pages).toBe(4);
  });

  test("of everything finds each item once, also in segments", async () => {
    const { documents, put } = await start();
    for (let n = 0; n < 30; n++) await put({ pk: `p${n}` });
    const names: unknown[] = [];
    for (const Segment of [0, 1, 2]) {
      let ExclusiveStartKey: Record<string, unknown> | undefined;
      do {
        const page: ScanCommandOutput = await documents.send(
          new ScanCommand({ TableName, Segment, TotalSegments: 3, Limit: 4, ExclusiveStartKey }),
        );
        names.push(...(page.Items ?? []).map((item) => item.pk));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
    }
    expect(names.toSorted()).toEqual(["image", ...Array.from({ length: 30 }, (_, n) => `p${n}`)].toSorted());
  });
});
