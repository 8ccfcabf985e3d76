import { randomUUID } from "node:crypto";
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { conditionHeld } from "../../../aws/condition-held.ts";
import { CheckpointMoved, type Checkpoints } from "../../ports/checkpoints.ts";
import { upkeepKey } from "./upkeep-key.ts";

const ITEM_VERSION = 1;

/** A job's checkpoints as items of its partition. */
export function dynamodbCheckpoints(
  client: DynamoDBDocumentClient,
  TableName: string,
  job: string,
): Checkpoints {
  const keyOf = (name: string) => upkeepKey(job, `checkpoint#${name}`);
  const read = async (name: string) =>
    (await client.send(new GetCommand({ TableName, Key: keyOf(name), ConsistentRead: true }))).Item;

  return {
    find: async (name) => {
      const item = await read(name);
      return item && { revision: Number(item.revision), state: item.state };
    },

    save: async (name, seen, state) => {
      const revision = (seen ?? 0) + 1;
      const writer = randomUUID();
      const put = new PutCommand({
        TableName,
        Item: { ...keyOf(name), v: ITEM_VERSION, revision, writer, state },
        ...(seen === undefined
          ? { ConditionExpression: "attribute_not_exists(pk)" }
          : { ConditionExpression: "revision = :seen", ExpressionAttributeValues: { ":seen": seen } }),
      });
      if (await conditionHeld(() => client.send(put))) return revision;
      // A repetition by the SDK fails on the write whose answer was lost.
      if ((await read(name))?.writer === writer) return revision;
      throw new CheckpointMoved(name);
    },
  };
}
