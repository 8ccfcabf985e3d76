import {
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareDecimals, decimalOf } from "./decimal.ts";
import { type KeyType, keyTables } from "./key-tables.ts";
import { clientUnderTest, errorOf, holdsFor } from "./under-test.ts";
import type { Document, Value } from "./values.ts";

const refused = "ValidationException";
const key = { pk: { S: "p" }, sk: { S: "s" } };

/** Developer guide, "Supported data types" and "Constraints": what a value may be. */
describe("a value", () => {
  test.each<[string, Value, string | undefined]>([
    ["an empty string", { S: "" }, undefined],
    ["empty binary", { B: new Uint8Array() }, undefined],
    ["an empty list", { L: [] }, undefined],
    ["an empty map", { M: {} }, undefined],
    ["an empty set of strings", { SS: [] }, refused],
    ["an empty set of numbers", { NS: [] }, refused],
    ["an empty set of binary", { BS: [] }, refused],
    ["an empty string in a set", { SS: [""] }, undefined],
    ["a string twice in a set", { SS: ["a", "a"] }, refused],
    ["a number twice in a set", { NS: ["1", "1.0"] }, refused],
    ["an empty set in a list", { L: [{ SS: [] }] }, refused],
    ["null that is false", { NULL: false }, refused],
    ["a number of 38 digits", { N: "1".repeat(38) }, undefined],
    ["a number of 39 digits", { N: "1".repeat(39) }, refused],
    ["38 digits and zeros at the end", { N: `${"1".repeat(38)}000` }, undefined],
    ["38 digits after zeros", { N: `0.000${"1".repeat(38)}` }, undefined],
    ["the largest number", { N: "9.9999999999999999999999999999999999999E+125" }, undefined],
    ["a larger number", { N: "1E+126" }, refused],
    ["the smallest number", { N: "1E-130" }, undefined],
    ["a smaller number", { N: "1E-131" }, refused],
    ["the lowest number", { N: "-9.9999999999999999999999999999999999999E+125" }, undefined],
    ["a lower number", { N: "-1E+126" }, refused],
    ["a number that is none", { N: "x" }, refused],
    ["an empty number", { N: "" }, refused],
    ["a number that is not finite", { N: "Infinity" }, refused],
  ])("%s", async (_what, value, error) => {
    const { client } = await clientUnderTest();
    const Item = { ...key, a: value };
    expect(await errorOf(client.send(new PutItemCommand({ TableName: "images", Item })))).toBe(error);
  });

  test("a number comes back as the same number, without zeros at its ends", async () => {
    const { client, newKey } = await clientUnderTest();
    const texts = fc
      .tuple(
        fc.constantFrom("", "-"),
        fc.stringMatching(/^0{0,3}[0-9]{1,18}(\.[0-9]{1,18})?(e-?[0-9]{1,2})?$/),
      )
      .map(([sign, text]) => sign + text);
    await holdsFor(80, texts, async (N) => {
      const Key = newKey();
      await client.send(new PutItemCommand({ TableName: "images", Item: { ...Key, n: { N } } }));
      const { Item } = await client.send(new GetItemCommand({ TableName: "images", Key }));
      const text = Item?.n?.N ?? "";
      expect(compareDecimals(decimalOf(text), decimalOf(N))).toBe(0);
      expect(text).not.toMatch(/^-?0[0-9]|\.[0-9]*0$|\.$/);
    });
  });
});

/** Developer guide, "Primary key": present, of the declared type, and not empty; in an index only if present. */
describe("a key", () => {
  const of = (TableName: string, Item: Document): PutItemCommandInput => ({ TableName, Item });
  const table = (type: KeyType) => `sorted-by-${type}`;
  const pk: Value = { S: "p" };
  test.each<[string, PutItemCommandInput, string | undefined]>([
    ["of the right types", of(table("N"), { pk, sk: { N: "1" } }), undefined],
    ["without a sort key", of(table("N"), { pk }), refused],
    ["without a partition key", of(table("N"), { sk: { N: "1" } }), refused],
    ["with a string for a number", of(table("N"), { pk, sk: { S: "1" } }), refused],
    ["with a number for binary", of(table("B"), { pk, sk: { N: "1" } }), refused],
    ["with a set for a string", of(table("S"), { pk, sk: { SS: ["a"] } }), refused],
    ["with null for a string", of(table("S"), { pk, sk: { NULL: true } }), refused],
    ["with an empty string", of(table("S"), { pk, sk: { S: "" } }), refused],
    ["with empty binary", of(table("B"), { pk, sk: { B: new Uint8Array() } }), refused],
    ["of an index, absent", of(table("S"), { pk, sk: { S: "a" }, g: { S: "g" } }), undefined],
    ["of an index, of another type", of(table("N"), { pk, sk: { N: "1" }, r: { S: "1" } }), refused],
    ["of an index, an empty string", of(table("S"), { pk, sk: { S: "a" }, g: { S: "" } }), refused],
    [
      "of an index, empty binary",
      of(table("B"), { pk, sk: { B: Uint8Array.of(1) }, r: { B: new Uint8Array() } }),
      refused,
    ],
  ])("%s", async (_what, request, error) => {
    const { client } = await clientUnderTest(keyTables);
    expect(await errorOf(client.send(new PutItemCommand(request)))).toBe(error);
  });

  test.each<[string, string, Value]>([
    ["another type", "N", { S: "1" }],
    ["an empty string", "S", { S: "" }],
    ["empty binary", "B", { B: new Uint8Array() }],
  ])("of an index may not become %s by an update", async (_what, type, r) => {
    const { client } = await clientUnderTest(keyTables);
    const sk: Value = type === "N" ? { N: "1" } : type === "S" ? { S: "a" } : { B: Uint8Array.of(1) };
    const TableName = `sorted-by-${type}`;
    const update = new UpdateItemCommand({
      ...{ TableName, Key: { pk, sk }, UpdateExpression: "SET r = :r" },
      ExpressionAttributeValues: { ":r": r },
    });
    expect(await errorOf(client.send(update))).toBe(refused);
  });
});

/** Developer guide, "Expression attribute names" and "Expression attribute values". */
describe("placeholders", () => {
  const update = (
    UpdateExpression: string,
    more: Partial<UpdateItemCommandInput> = {},
  ): UpdateItemCommandInput => ({
    ...{ TableName: "images", Key: key, UpdateExpression, ...more },
  });
  const v = { ":v": { N: "1" } };
  test.each<[string, UpdateItemCommandInput, string | undefined]>([
    [
      "used",
      update("SET #a = :v", { ExpressionAttributeNames: { "#a": "size" }, ExpressionAttributeValues: v }),
      undefined,
    ],
    [
      "used twice",
      update("SET #a = :v, b = :v", {
        ExpressionAttributeNames: { "#a": "size" },
        ExpressionAttributeValues: v,
      }),
      undefined,
    ],
    [
      "a name nobody uses",
      update("SET a = :v", { ExpressionAttributeNames: { "#a": "b" }, ExpressionAttributeValues: v }),
      refused,
    ],
    ["a value nobody uses", update("REMOVE a", { ExpressionAttributeValues: v }), refused],
    ["a name that is not given", update("REMOVE #a"), refused],
    ["a value that is not given", update("SET a = :w", { ExpressionAttributeValues: v }), refused],
    ["no values, but the map", update("REMOVE a", { ExpressionAttributeValues: {} }), refused],
    ["no names, but the map", update("REMOVE a", { ExpressionAttributeNames: {} }), refused],
    ["a name without its mark", update("REMOVE a", { ExpressionAttributeNames: { a: "b" } }), refused],
    [
      "a value without its mark",
      update("SET a = v", { ExpressionAttributeValues: { v: { N: "1" } } }),
      refused,
    ],
    ["a reserved word", update("REMOVE size"), refused],
    ["a reserved word in small and capital letters", update("REMOVE sIzE"), refused],
    ["a reserved word within a path", update("REMOVE a.size"), refused],
    ["a name that begins with a digit", update("REMOVE 1a"), refused],
    ["a clause twice", update("REMOVE a REMOVE b"), refused],
    ["no expression in it", update(""), refused],
    ["a function of conditions in an update", update("SET a = size(b)"), refused],
  ])("%s", async (_what, request, error) => {
    const { client } = await clientUnderTest();
    expect(await errorOf(client.send(new UpdateItemCommand(request)))).toBe(error);
  });
});

/** Developer guide, "DynamoDB item sizes and formats": names and values in UTF-8, 3 bytes a list or map, 1 an element. */
test("an item may have 400 KB, whatever makes them up", async () => {
  const { client, newKey } = await clientUnderTest();
  const limit = 400 * 1024;
  const parts = fc.record({
    name: fc.constantFrom("a", "name", "é\u{1F600}"),
    filler: fc.constantFrom<[Value, number]>(
      [{ S: "é" }, 2],
      [{ B: Uint8Array.of(1, 2, 3) }, 3],
      [{ BOOL: true }, 1],
      [{ NULL: true }, 1],
      [{ L: [{ S: "x" }, { BOOL: true }] }, 3 + 2 + 2],
      [{ M: { ab: { S: "x" } } }, 3 + 1 + 3],
      [{ SS: ["a", "é"] }, 3],
    ),
    over: fc.constantFrom(-1, 0, 1, 2),
  });
  await holdsFor(12, parts, async ({ name, filler: [value, bytes], over }) => {
    const Key = newKey();
    const used =
      Buffer.byteLength(`pk${Key.pk.S}sk${Key.sk.S}`) +
      Buffer.byteLength(name) +
      bytes +
      Buffer.byteLength("text");
    const Item = { ...Key, [name]: value, text: { S: "x".repeat(limit - used + over) } };
    const error = await errorOf(client.send(new PutItemCommand({ TableName: "images", Item })));
    expect(error).toBe(over > 0 ? refused : undefined);
  });
});
