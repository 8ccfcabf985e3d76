import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { StartFailure } from "../../start-failure.ts";
import { imagesTable } from "./images-table.ts";
import { temporaryDirectory, temporaryDynamodb } from "./temporary-dynamodb.ts";

const Item = { pk: { S: "a" }, sk: { S: "b" }, n: { N: "1" } };
const find = { TableName: "images", Key: { pk: Item.pk, sk: Item.sk } };

test("items and tables are there after reopening, also when a table was added", async () => {
  const directory = await temporaryDirectory();
  const first = await temporaryDynamodb({ directory });
  await first.handle("PutItem", { TableName: "images", Item });
  await first.close();
  const tables = [imagesTable, { ...imagesTable, name: "other", arn: `${imagesTable.arn}-other` }];
  const second = await temporaryDynamodb({ directory, tables });
  expect(await second.handle("GetItem", find)).toEqual({ Item });
  expect(await second.handle("GetItem", { ...find, TableName: "other" })).toEqual({});
});

test("a table whose keys have changed names the folder to delete, and loses nothing", async () => {
  const directory = await temporaryDirectory();
  const first = await temporaryDynamodb({ directory });
  await first.handle("PutItem", { TableName: "images", Item });
  await first.close();
  const changed = { ...imagesTable, keySchema: imagesTable.keySchema.slice(0, 1) };
  await expect(temporaryDynamodb({ directory, tables: [changed] })).rejects.toThrow(
    `table images have changed since its data in ${directory} was written: delete that folder`,
  );
  const same = { ...imagesTable, keySchema: imagesTable.keySchema.toReversed() };
  const second = await temporaryDynamodb({ directory, tables: [same] });
  expect(await second.handle("GetItem", find)).toEqual({ Item });
});

test("a folder that is open already is refused", async () => {
  const directory = await temporaryDirectory();
  await temporaryDynamodb({ directory });
  await expect(temporaryDynamodb({ directory })).rejects.toThrow(`${directory} is in use by another process`);
});

test("DescribeTable shows the declaration, and no other table", async () => {
  const dynamodb = await temporaryDynamodb();
  const { Table } = await dynamodb.handle("DescribeTable", { TableName: "images" });
  expect(Table).toMatchObject({
    TableArn: imagesTable.arn,
    TableStatus: "ACTIVE",
    KeySchema: imagesTable.keySchema,
  });
  await expect(dynamodb.handle("DescribeTable", { TableName: "absent" })).rejects.toThrow(
    expect.objectContaining({ code: "ResourceNotFoundException" }),
  );
});

test.each(["CreateTable", "DeleteTable", "UpdateTimeToLive", "ExecuteStatement", "toString", "__proto__"])(
  "%s is not offered, and the answer names it",
  async (operation) => {
    const dynamodb = await temporaryDynamodb();
    const unknown = expect.objectContaining({
      code: "UnknownOperationException",
      message: expect.stringContaining(operation),
    });
    await expect(dynamodb.handle(operation, {})).rejects.toThrow(unknown);
    expect(() => dynamodb.accessOf(operation, {})).toThrow(unknown);
  },
);

/** A folder with this many items, which nobody has open. */
async function closedTables(count: number): Promise<string> {
  const directory = await temporaryDirectory();
  const dynamodb = await temporaryDynamodb({ directory });
  for (let item = 0; item < count; item += 1)
    await dynamodb.handle("PutItem", { TableName: "images", Item: { ...Item, pk: { S: `item ${item}` } } });
  await dynamodb.close();
  return directory;
}
const terminal = () => {
  const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  onTestFinished(() => said.mockRestore());
  return () => said.mock.calls.join("");
};

test("a missing CURRENT never makes the tables empty: the start says how to write it again, and that works", async () => {
  const directory = await closedTables(3);
  const current = join(directory, "CURRENT");
  const text = readFileSync(current, "utf8");
  rmSync(current);
  const refusal = await temporaryDynamodb({ directory }).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(StartFailure);
  const [, manifest] = /echo (\S+) > (\S+)\)/.exec((refusal as Error).message) ?? [];
  expect(`${manifest}\n`).toBe(text);
  writeFileSync(current, `${manifest}\n`);
  const again = await temporaryDynamodb({ directory });
  const Key = { pk: { S: "item 2" }, sk: Item.sk };
  expect(await again.handle("GetItem", { TableName: "images", Key })).toHaveProperty("Item");
});

test.each(["", "nonsense", "MANIFEST-999999\n"])(
  "a CURRENT of %j is refused with a sentence that names the folder",
  async (text) => {
    const directory = await closedTables(1);
    writeFileSync(join(directory, "CURRENT"), text);
    const refusal = await temporaryDynamodb({ directory }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(StartFailure);
    expect((refusal as Error).message).toContain(`the tables in ${directory} are damaged`);
  },
);

const logIn = (directory: string) =>
  join(
    directory,
    readdirSync(directory)
      .filter((file) => file.endsWith(".log"))
      .sort()
      .at(-1) ?? "",
  );

test("a log that ends in the middle of a record is told, with what to do; a whole one is not", async () => {
  const directory = await closedTables(20);
  const said = terminal();
  await (await temporaryDynamodb({ directory })).close();
  expect(said()).toBe("");
  const path = logIn(await closedTables(20));
  truncateSync(path, readFileSync(path).length - 3);
  const torn = await temporaryDynamodb({
    directory: join(path, ".."),
    advice: { lostWrites: "Run the repair." },
  });
  expect(said()).toContain("ends in the middle of a record");
  expect(said()).toContain("Run the repair.");
  const first = { TableName: "images", Key: { pk: { S: "item 0" }, sk: Item.sk } };
  expect(await torn.handle("GetItem", first)).toHaveProperty("Item");
});

test("a log with damaged bytes in it is told as well", async () => {
  const path = logIn(await closedTables(20));
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 255;
  writeFileSync(path, bytes);
  const said = terminal();
  await temporaryDynamodb({ directory: join(path, "..") });
  expect(said()).toMatch(/dropping \d+ bytes/);
});
