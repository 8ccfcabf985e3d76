import { DeleteTableCommand, paginateListTables } from "@aws-sdk/client-dynamodb";
import type { AwsSide } from "./aws-side.ts";

/** Tables that `--restore` makes are named so. */
export const RESTORED_PREFIX = "glance-smoke-";

/** Deletes tables that killed runs have restored; answers how many there were. */
export async function cleanTables({ dynamodb: client }: AwsSide): Promise<number> {
  const left: string[] = [];
  const from = { ExclusiveStartTableName: RESTORED_PREFIX };
  for await (const { TableNames = [] } of paginateListTables({ client }, from)) {
    left.push(...TableNames.filter((name) => name.startsWith(RESTORED_PREFIX)));
    if (TableNames.some((name) => name > `${RESTORED_PREFIX}\uffff`)) break;
  }
  for (const TableName of left) await client.send(new DeleteTableCommand({ TableName }));
  return left.length;
}
