import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { conditionHeld } from "../../../aws/condition-held.ts";
import type { Heartbeats } from "../../ports/heartbeats.ts";
import { upkeepKey } from "./upkeep-key.ts";

const ITEM_VERSION = 1;

/** The table's heartbeat: one item of the job's partition. */
export function tableHeartbeats(client: DynamoDBDocumentClient, TableName: string, job: string): Heartbeats {
  const Key = upkeepKey(job, "heartbeat");
  return {
    find: async () => {
      const { Item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
      return Item && { table: String(Item.table), beat: Number(Item.beat), version: String(Item.beat) };
    },

    replace: async (seen, { table, beat }) => {
      const condition = seen
        ? {
            ConditionExpression: "beat = :beat AND #table = :table",
            ExpressionAttributeNames: { "#table": "table" },
            ExpressionAttributeValues: { ":beat": seen.beat, ":table": seen.table },
          }
        : { ConditionExpression: "attribute_not_exists(pk)" };
      const put = new PutCommand({
        TableName,
        Item: { ...Key, v: ITEM_VERSION, table, beat },
        ...condition,
      });
      return conditionHeld(() => client.send(put));
    },
  };
}

/**
 * The id that DynamoDB gives a table when it is made. A table that is restored, from a point in time or from a
 * backup, is always a new one, whatever its name (developer guide, "Point-in-time recovery").
 */
export async function tableIdentity(client: DynamoDBDocumentClient, TableName: string): Promise<string> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  if (!Table?.TableId) throw new Error(`DynamoDB gives table ${TableName} no id`);
  return Table.TableId;
}
