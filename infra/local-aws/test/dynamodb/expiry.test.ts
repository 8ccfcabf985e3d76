import { expect, test, vi } from "vitest";
import { imagesTable } from "./images-table.ts";
import { temporaryDynamodb } from "./temporary-dynamodb.ts";

const TableName = "images";
const start = 1_800_000_000;

async function withClock() {
  let seconds = start;
  const plain = { ...imagesTable, name: "plain", arn: `${imagesTable.arn}-plain` };
  const { ttlAttribute: _none, ...lasting } = plain;
  const dynamodb = await temporaryDynamodb({ tables: [imagesTable, lasting], clock: () => seconds * 1000 });
  const put = (sk: string, expires: object, table = TableName) =>
    dynamodb.handle("PutItem", { TableName: table, Item: { pk: { S: "p" }, sk: { S: sk }, expires } });
  const names = async (table = TableName) => {
    const { Items } = (await dynamodb.handle("Scan", { TableName: table })) as {
      Items: { sk: { S: string } }[];
    };
    return Items.map(({ sk }) => sk.S).toSorted();
  };
  return { dynamodb, put, names, pass: (more: number) => (seconds += more) };
}

test("an expired item can be read until the sweep deletes it", async () => {
  const { dynamodb, put, names, pass } = await withClock();
  await put("soon", { N: String(start + 10) });
  await put("later", { N: String(start + 1000) });
  expect(await dynamodb.sweepExpired()).toEqual({ examined: 2, deleted: 0 });
  pass(11);
  expect(await names()).toEqual(["later", "soon"]);
  expect(await dynamodb.sweepExpired()).toEqual({ examined: 2, deleted: 1 });
  expect(await names()).toEqual(["later"]);
});

test("only numbers of the last five years expire, and only in a table that says so", async () => {
  const { dynamodb, put, names } = await withClock();
  await put("text", { S: "1" });
  await put("milliseconds", { N: String(start * 1000 - 1) });
  await put("ancient", { N: "1" });
  await put("expired", { N: String(start - 1) });
  await put("expired", { N: String(start - 1) }, "plain");
  await dynamodb.sweepExpired();
  expect(await names()).toEqual(["ancient", "milliseconds", "text"]);
  expect(await names("plain")).toEqual(["expired"]);
});

test("the sweep goes through all pages, while items are prolonged", async () => {
  const { dynamodb, put, names, pass } = await withClock();
  const all = Array.from({ length: 5100 }, (_, n) => `i${n}`);
  for (let from = 0; from < all.length; from += 100)
    await Promise.all(all.slice(from, from + 100).map((name) => put(name, { N: String(start + 10) })));
  pass(11);
  const sweep = dynamodb.sweepExpired();
  const prolonged = all.slice(-50);
  await Promise.all(prolonged.map((name) => put(name, { N: String(start + 1000) })));
  const { examined } = await sweep;
  expect(examined).toBe(all.length);
  expect(await names()).toEqual(prolonged.toSorted());
});

test("tokens of transactions are deleted after their ten minutes", async () => {
  const { dynamodb, pass } = await withClock();
  const Item = { pk: { S: "p" }, sk: { S: "a" } };
  await dynamodb.handle("TransactWriteItems", {
    ClientRequestToken: "token",
    TransactItems: [{ Put: { TableName, Item } }],
  });
  expect(await dynamodb.sweepExpired()).toEqual({ examined: 2, deleted: 0 });
  pass(600);
  expect(await dynamodb.sweepExpired()).toEqual({ examined: 2, deleted: 1 });
});

test("a sweep comes by itself each minute", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  try {
    const { put, names, pass } = await withClock();
    await put("soon", { N: String(start + 10) });
    pass(11);
    vi.advanceTimersByTime(60_000);
    await vi.waitFor(async () => expect(await names()).toEqual([]));
  } finally {
    vi.useRealTimers();
  }
});
