import { GetItemCommand, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { expect, test } from "vitest";
import { applyUpdate } from "./apply-update.ts";
import { documents, spellings, updatesOf } from "./arbitraries.ts";
import { clientUnderTest, holdsFor } from "./under-test.ts";
import { canonicalOf } from "./values.ts";
import { ExpressionWriter } from "./write-expression.ts";

const TableName = "images";
const drawn = documents.chain((item) =>
  fc.record({ item: fc.constant(item), actions: updatesOf(item), spelling: spellings }),
);

test("an update makes of an item what the guide says, or is refused and leaves it", async () => {
  const { client, newKey } = await clientUnderTest();
  await holdsFor(300, drawn, async ({ item, actions, spelling }) => {
    const after = applyUpdate(actions, item);
    if (after === "unsaid") return;
    const Key = newKey();
    await client.send(new PutItemCommand({ TableName, Item: { ...item, ...Key } }));
    const writer = new ExpressionWriter(spelling);
    const UpdateExpression = writer.update(actions);
    const request = { TableName, Key, UpdateExpression, ...writer.placeholders() };
    const answer = await client.send(new UpdateItemCommand({ ...request, ReturnValues: "ALL_NEW" })).then(
      ({ Attributes = {} }) => canonicalOf(Attributes),
      (error: Error) => error.name,
    );
    const stored = await client.send(new GetItemCommand({ TableName, Key }));
    const isRefused = after === "refused";
    expect({ answer, stored: canonicalOf(stored.Item ?? {}) }, UpdateExpression).toEqual({
      answer: isRefused ? "ValidationException" : canonicalOf({ ...after, ...Key }),
      stored: canonicalOf({ ...(isRefused ? item : after), ...Key }),
    });
  });
});
