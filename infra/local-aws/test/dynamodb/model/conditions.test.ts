import { DeleteItemCommand, PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { expect, test } from "vitest";
import { conditionsOn, documents, spellings } from "./arbitraries.ts";
import { judgeCondition } from "./judge-condition.ts";
import { clientUnderTest, errorOf, holdsFor } from "./under-test.ts";
import { ExpressionWriter } from "./write-expression.ts";

const TableName = "images";
const errors = { true: undefined, false: "ConditionalCheckFailedException", refused: "ValidationException" };
const drawn = documents.chain((item) =>
  fc.record({ item: fc.constant(item), condition: conditionsOn(item), spelling: spellings }),
);

test("a condition of a write holds, fails or is refused as the grammar says", async () => {
  const { client, newKey } = await clientUnderTest();
  await holdsFor(150, drawn, async ({ item, condition, spelling }) => {
    const verdict = judgeCondition(condition, item);
    if (verdict === "unsaid") return;
    const Key = newKey();
    await client.send(new PutItemCommand({ TableName, Item: { ...item, ...Key } }));
    const writer = new ExpressionWriter(spelling);
    const ConditionExpression = writer.condition(condition);
    const ended = await errorOf(
      client.send(new DeleteItemCommand({ TableName, Key, ConditionExpression, ...writer.placeholders() })),
    );
    expect(ended, ConditionExpression).toBe(errors[`${verdict}`]);
  });
});

const drawnFilters = fc.array(documents, { minLength: 1, maxLength: 4 }).chain((items) =>
  fc.record({
    items: fc.constant(items),
    condition: conditionsOn(items[0] ?? {}),
    spelling: spellings,
  }),
);

test("a filter keeps the items for which its condition holds, or refuses it whatever it finds", async () => {
  const { client, newKey } = await clientUnderTest();
  await holdsFor(60, drawnFilters, async ({ items, condition, spelling }) => {
    const verdicts = items.map((item) => judgeCondition(condition, item));
    if (verdicts.includes("unsaid")) return;
    const { pk } = newKey();
    for (const [sk, item] of items.entries())
      await client.send(new PutItemCommand({ TableName, Item: { ...item, pk, sk: { S: String(sk) } } }));
    const writer = new ExpressionWriter(spelling);
    const FilterExpression = writer.condition(condition);
    const KeyConditionExpression = `pk = ${writer.value(pk)}`;
    const found = await client
      .send(
        new QueryCommand({ TableName, KeyConditionExpression, FilterExpression, ...writer.placeholders() }),
      )
      .then(
        ({ Items = [], ScannedCount }) => ({ kept: Items.map(({ sk }) => Number(sk?.S)), ScannedCount }),
        (error: Error) => error.name,
      );
    const kept = [...verdicts.keys()].filter((index) => verdicts[index] === true);
    expect(found, FilterExpression).toEqual(
      verdicts.includes("refused") ? "ValidationException" : { kept, ScannedCount: items.length },
    );
  });
});
