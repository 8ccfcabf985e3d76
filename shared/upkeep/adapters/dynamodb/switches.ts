import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { conditionHeld } from "../../../aws/condition-held.ts";
import { isStopped, type Release, type Stop, type Switches } from "../../ports/switches.ts";
import { upkeepKey } from "./upkeep-key.ts";

const ITEM_VERSION = 1;

const keyOf = (job: string) => upkeepKey(job, "switch");

/** Switches as one item a job, in the job's partition. */
export function dynamodbSwitches(client: DynamoDBDocumentClient, TableName: string): Switches {
  const find = async (job: string): Promise<Stop | Release | undefined> => {
    const { Item } = await client.send(new GetCommand({ TableName, Key: keyOf(job), ConsistentRead: true }));
    if (!Item) return undefined;
    const { pk, sk, v, ...found } = Item;
    return found as Stop | Release;
  };

  return {
    find,

    stop: async (job, stop) => {
      const put = new PutCommand({
        TableName,
        Item: { ...keyOf(job), v: ITEM_VERSION, ...stop },
        ConditionExpression: "attribute_not_exists(pk) OR attribute_exists(released_at)",
      });
      await conditionHeld(() => client.send(put));
    },

    release: async (job, released_at) => {
      const stop = await find(job);
      if (!isStopped(stop)) return undefined;
      const release: Release = { ...stop, released_at };
      const sameStop = "since = :since AND attribute_not_exists(released_at)";
      const put = new PutCommand({
        TableName,
        Item: { ...keyOf(job), v: ITEM_VERSION, ...release },
        ConditionExpression: sameStop,
        ExpressionAttributeValues: { ":since": stop.since },
      });
      if (await conditionHeld(() => client.send(put))) return release;
      // Somebody else released it, or the answer to this very write was lost.
      const current = await find(job);
      return current && !isStopped(current) ? current : undefined;
    },

    forget: async (job) => {
      const remove = new DeleteCommand({
        TableName,
        Key: keyOf(job),
        ConditionExpression: "attribute_exists(released_at)",
      });
      await conditionHeld(() => client.send(remove));
    },
  };
}
