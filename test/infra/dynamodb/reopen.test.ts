import { expect, test } from "vitest";
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
