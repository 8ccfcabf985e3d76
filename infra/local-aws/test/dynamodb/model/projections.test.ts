import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { expect, test } from "vitest";
import { documents, pathsOf, spellings } from "./arbitraries.ts";
import { overlap, project } from "./project.ts";
import { clientUnderTest, holdsFor } from "./under-test.ts";
import { canonicalOf } from "./values.ts";
import { ExpressionWriter } from "./write-expression.ts";

const TableName = "images";
const drawn = documents.chain((item) =>
  fc.record({
    item: fc.constant(item),
    paths: fc.array(pathsOf(item), { minLength: 1, maxLength: 4 }),
    spelling: spellings,
  }),
);

test("a projection answers what its paths lead to, and is refused when they overlap", async () => {
  const { client, newKey } = await clientUnderTest();
  await holdsFor(150, drawn, async ({ item, paths, spelling }) => {
    const Key = newKey();
    await client.send(new PutItemCommand({ TableName, Item: { ...item, ...Key } }));
    const writer = new ExpressionWriter(spelling);
    const ProjectionExpression = writer.paths(paths);
    const answer = await client
      .send(new GetItemCommand({ TableName, Key, ProjectionExpression, ...writer.placeholders() }))
      .then(
        ({ Item = {} }) => canonicalOf(Item),
        (error: Error) => error.name,
      );
    const expected = overlap(paths) ? "ValidationException" : canonicalOf(project(paths, item));
    expect(answer, ProjectionExpression).toBe(expected);
  });
});
