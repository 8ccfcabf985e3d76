import {
  BatchWriteItemCommand,
  QueryCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { expect, test } from "vitest";
import { applyUpdate } from "./apply-update.ts";
import { conditionsOn, documents, spellings, updatesOf } from "./arbitraries.ts";
import type { Action, Condition } from "./expression.ts";
import { judgeCondition } from "./judge-condition.ts";
import { clientUnderTest, holdsFor } from "./under-test.ts";
import { canonicalOf, type Document } from "./values.ts";
import { ExpressionWriter } from "./write-expression.ts";

const TableName = "images";

interface Step {
  readonly kind: "Put" | "Update" | "Delete" | "ConditionCheck";
  /** Undefined: there is no item yet. */
  readonly before: Document | undefined;
  readonly put: Document;
  readonly actions: readonly Action[];
  readonly condition: Condition | undefined;
}

const steps: fc.Arbitrary<Step> = fc.option(documents, { nil: undefined, freq: 3 }).chain((before) =>
  fc
    .record({
      kind: fc.constantFrom("Put" as const, "Update" as const, "Delete" as const, "ConditionCheck" as const),
      before: fc.constant(before),
      put: documents,
      actions: updatesOf(before ?? {}),
      condition: fc.option(
        fc.oneof(conditionsOn(before ?? {}), fc.constant<Condition>({ kind: "exists", path: ["pk"] })),
        { nil: undefined },
      ),
    })
    .filter(({ kind, condition }) => kind !== "ConditionCheck" || condition !== undefined),
);
const drawn = fc.record({ all: fc.array(steps, { minLength: 1, maxLength: 4 }), spelling: spellings });

/** What one action comes to, alone: the item afterwards, or the code of its reason. */
function outcomeOf({ kind, before, put, actions, condition }: Step, key: Document) {
  const item = before && { ...before, ...key };
  const verdict = condition ? judgeCondition(condition, item ?? {}) : true;
  if (verdict === "unsaid" || verdict === "refused") return verdict;
  const updated = kind === "Update" ? applyUpdate(actions, item ?? {}) : {};
  if (updated === "unsaid" || updated === "refused") return updated;
  // The action on the item is not tried when the condition fails.
  if (verdict === false) return "ConditionalCheckFailed";
  if (kind === "Put") return { ...put, ...key };
  if (kind === "Delete") return undefined;
  if (kind === "ConditionCheck") return item;
  return { ...updated, ...key };
}

test("a transaction does all of its actions, or none and says why for each", async () => {
  const { client, newKey } = await clientUnderTest();
  await holdsFor(150, drawn, async ({ all, spelling }) => {
    const { pk } = newKey();
    const keys = all.map((_, index) => ({ pk, sk: { S: String(index) } }));
    const outcomes = all.map((step, index) => outcomeOf(step, keys[index] as Document));
    // A request that is refused as a whole: conditions.test.ts and updates.test.ts have it.
    if (outcomes.some((one) => one === "unsaid" || one === "refused")) return;
    const befores = all.flatMap(({ before }, index) => (before ? [{ ...before, ...keys[index] }] : []));
    if (befores.length > 0)
      await client.send(
        new BatchWriteItemCommand({
          RequestItems: { [TableName]: befores.map((Item) => ({ PutRequest: { Item } })) },
        }),
      );
    const reasons = await client
      .send(
        new TransactWriteItemsCommand({
          TransactItems: all.map((step, index) => actionOf(step, keys[index] as Document, spelling)),
        }),
      )
      .then(
        () => undefined,
        (error: Error) =>
          error instanceof TransactionCanceledException
            ? error.CancellationReasons?.map(({ Code }) => Code)
            : error.message,
      );
    const expected = outcomes.map((one) => (typeof one === "string" ? one : "None"));
    const isCancelled = expected.some((code) => code !== "None");
    expect(reasons).toEqual(isCancelled ? expected : undefined);
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": pk },
      }),
    );
    const after = isCancelled ? befores : outcomes.filter((one) => typeof one === "object");
    expect(Items.map(canonicalOf)).toEqual(after.map((item) => canonicalOf(item as Document)));
  });
});

function actionOf(
  { kind, put, actions, condition }: Step,
  Key: Document,
  spelling: number,
): TransactWriteItem {
  const writer = new ExpressionWriter(spelling);
  const ConditionExpression = condition && writer.condition(condition);
  const UpdateExpression = kind === "Update" ? writer.update(actions) : undefined;
  const more = { TableName, ConditionExpression, ...writer.placeholders() };
  switch (kind) {
    case "Put":
      return { Put: { ...more, Item: { ...put, ...Key } } };
    case "Update":
      return { Update: { ...more, Key, UpdateExpression } };
    case "Delete":
      return { Delete: { ...more, Key } };
    case "ConditionCheck":
      return { ConditionCheck: { ...more, Key, ConditionExpression } };
  }
}
