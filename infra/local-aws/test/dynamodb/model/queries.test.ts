import { BatchWriteItemCommand, QueryCommand, type QueryCommandOutput } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Condition, Operand } from "./expression.ts";
import { judgeCondition } from "./judge-condition.ts";
import { distinctKeys, type KeyType, keysOf, keyTables, keyTypes } from "./key-tables.ts";
import { clientUnderTest, holdsFor } from "./under-test.ts";
import { canonical, misreadsBounds, order, type Value } from "./values.ts";
import { ExpressionWriter } from "./write-expression.ts";

const key: Operand = { kind: "path", path: ["deep"] };
const literal = (value: Value): Operand => ({ kind: "value", value });

/** A condition on the sort key, as the guide's "Key condition expressions for the Query operation" lists them. */
function rangesOf(type: KeyType, keys: readonly Value[]): fc.Arbitrary<Condition | undefined> {
  const bound = fc.oneof(fc.constantFrom(...keys), keysOf[type]);
  const compare = fc.record({
    kind: fc.constant("compare" as const),
    by: fc.constantFrom("=" as const, "<" as const, "<=" as const, ">" as const, ">=" as const),
    left: fc.constant(key),
    right: bound.map(literal),
  });
  const between = fc.tuple(bound, bound).map((bounds): Condition | undefined => {
    const [low, high] = bounds.toSorted((a, b) => order(a, b) ?? 0);
    if (misreadsBounds(low as Value, high as Value)) return undefined;
    return { kind: "between", left: key, low: literal(low as Value), high: literal(high as Value) };
  });
  const begins = bound.map(
    (start): Condition => ({ kind: "begins", path: ["deep"], operand: literal(start) }),
  );
  return fc.oneof(fc.constant(undefined), compare, between, ...(type === "N" ? [] : [begins]));
}

const drawn = fc.constantFrom(...keyTypes).chain((type) =>
  distinctKeys(type).chain((keys) =>
    fc.record({
      type: fc.constant(type),
      keys: fc.constant(keys),
      range: rangesOf(type, keys),
      forward: fc.boolean(),
      limit: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
      kept: fc.option(fc.nat(2), { nil: undefined }),
      spelling: fc.nat(29),
    }),
  ),
);

test.each([undefined, "other"])(
  "a query finds, sorts, filters and pages as the guide says; index: %s",
  async (IndexName) => {
    const { client, newKey } = await clientUnderTest(keyTables);
    const [hash, sort] = IndexName ? ["g", "r"] : ["pk", "sk"];
    await holdsFor(60, drawn, async ({ type, keys, range, forward, limit, kept, spelling }) => {
      const TableName = `sorted-by-${type}`;
      const { pk } = newKey();
      const items = keys.map((one, index) => ({
        ...{ pk, sk: one, f: { N: String(index % 3) } },
        // In the index equal keys meet: each sort key stands there twice.
        ...(IndexName && { g: pk, r: keys[index - (index % 2)] as Value }),
      }));
      const PutRequests = items.map((Item) => ({ PutRequest: { Item } }));
      await client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: PutRequests } }));

      const writer = new ExpressionWriter(spelling);
      const ofKey = range && writer.condition(range).replaceAll(/\bdeep\b|#n\d+/g, sort as string);
      const pages = await pagesOf((ExclusiveStartKey) =>
        client.send(
          new QueryCommand({
            ...{ TableName, IndexName, ExclusiveStartKey },
            KeyConditionExpression: `${hash} = :pk${ofKey ? ` AND ${ofKey}` : ""}`,
            ...(kept !== undefined && { FilterExpression: "f <> :kept" }),
            ExpressionAttributeValues: {
              ...writer.placeholders().ExpressionAttributeValues,
              ":pk": pk,
              ...(kept !== undefined && { ":kept": { N: String(kept) } }),
            },
            ScanIndexForward: forward,
            ...(limit !== undefined && { Limit: limit }),
          }),
        ),
      );

      const sortKeyOf = (item: (typeof items)[number]) => (IndexName ? item.r : item.sk) as Value;
      const inRange = items
        .filter((item) => !range || judgeCondition(range, { deep: sortKeyOf(item) }) === true)
        .toSorted((a, b) => (order(sortKeyOf(a), sortKeyOf(b)) ?? 0) * (forward ? 1 : -1));
      const expected = inRange.filter(({ f }) => f.N !== String(kept));
      const found = pages.flatMap(({ Items = [] }) => Items);
      expect(found.map((item) => canonical(item[sort === "r" ? "r" : "sk"] as Value))).toEqual(
        expected.map((item) => canonical(sortKeyOf(item))),
      );
      expect(found.map(({ sk }) => canonical(sk as Value)).sort()).toEqual(
        expected.map(({ sk }) => canonical(sk)).sort(),
      );
      expect(pages.reduce((sum, { ScannedCount = 0 }) => sum + ScannedCount, 0)).toBe(inRange.length);
      // Limit counts what was read, before the filter; only the last page may have less.
      if (limit !== undefined) for (const page of pages.slice(0, -1)) expect(page.ScannedCount).toBe(limit);
      for (const page of pages) expect(page.Count).toBe(page.Items?.length);
    });
  },
);

async function pagesOf(ask: (start: Record<string, Value> | undefined) => Promise<QueryCommandOutput>) {
  const pages: QueryCommandOutput[] = [];
  let start: Record<string, Value> | undefined;
  do {
    const page = await ask(start);
    pages.push(page);
    start = page.LastEvaluatedKey;
    if (pages.length > 50) throw new Error("the pages do not end");
  } while (start);
  return pages;
}

const at = { ":pk": { S: "p" } };
test.each<[string, string, Record<string, Value>]>([
  ["no partition key", "sk = :a", { ":a": { S: "a" } }],
  ["a range of partition keys", "pk > :a", { ":a": { S: "a" } }],
  ["two partition keys", "pk = :pk OR pk = :a", { ...at, ":a": { S: "a" } }],
  ["a negated condition", "NOT pk = :pk", at],
  ["an unequal sort key", "pk = :pk AND sk <> :a", { ...at, ":a": { S: "a" } }],
  ["a list of sort keys", "pk = :pk AND sk IN (:a)", { ...at, ":a": { S: "a" } }],
  ["a part of a sort key", "pk = :pk AND contains(sk, :a)", { ...at, ":a": { S: "a" } }],
  ["the size of a sort key", "pk = :pk AND size(sk) = :a", { ...at, ":a": { N: "1" } }],
  [
    "two conditions on the sort key",
    "pk = :pk AND sk > :a AND sk < :b",
    { ...at, ":a": { S: "a" }, ":b": { S: "b" } },
  ],
  ["another attribute", "pk = :pk AND f = :a", { ...at, ":a": { S: "a" } }],
  ["a sort key of another type", "pk = :pk AND sk = :a", { ...at, ":a": { N: "1" } }],
  ["a partition key of another type", "pk = :pk", { ":pk": { N: "1" } }],
  ["an empty partition key", "pk = :pk", { ":pk": { S: "" } }],
  [
    "a range turned round",
    "pk = :pk AND sk BETWEEN :a AND :b",
    { ...at, ":a": { S: "b" }, ":b": { S: "a" } },
  ],
  [
    "a range of two types",
    "pk = :pk AND sk BETWEEN :a AND :b",
    { ...at, ":a": { S: "a" }, ":b": { N: "1" } },
  ],
])("a query for %s is refused", async (_what, KeyConditionExpression, ExpressionAttributeValues) => {
  const { client } = await clientUnderTest(keyTables);
  const query = client.send(
    new QueryCommand({ TableName: "sorted-by-S", KeyConditionExpression, ExpressionAttributeValues }),
  );
  await expect(query).rejects.toMatchObject({ name: "ValidationException" });
});

test("a filter on the key is refused", async () => {
  const { client } = await clientUnderTest(keyTables);
  const query = client.send(
    new QueryCommand({
      TableName: "sorted-by-S",
      KeyConditionExpression: "pk = :pk",
      FilterExpression: "sk = :pk",
      ExpressionAttributeValues: at,
    }),
  );
  await expect(query).rejects.toMatchObject({ name: "ValidationException" });
});
