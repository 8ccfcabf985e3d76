import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { firstItems } from "../../../aws/partition-items.ts";
import { itemReader } from "../../../aws/read-item.ts";
import type { UnfinishedChanges } from "../../ports/unfinished-changes.ts";
import { WORK } from "./keys.ts";
import { sweep } from "./sweep.ts";
import { workOf } from "./work-record.ts";

/** The work records in the one table. */
export const dynamodbUnfinishedChanges = (
  client: DynamoDBDocumentClient,
  tableName: string,
): UnfinishedChanges => ({
  waiting: async (limit, after) => {
    const range = { pk: WORK, limit, ...(after !== undefined && { after }) };
    return (await firstItems(client, tableName, range)).map((item) => {
      const { at, namespace } = workOf(item);
      return { at, namespace, place: String(item.sk) };
    });
  },

  // Read again: what was staged may have been committed since.
  end: async ({ place }, hasTime) => {
    const item = await itemReader(client, tableName)({ pk: WORK, sk: place });
    return item === undefined || sweep(client, tableName, workOf(item), hasTime);
  },
});
