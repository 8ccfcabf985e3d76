import { type DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import { conditionHeld } from "../../../aws/condition-held.ts";
import { itemReader } from "../../../aws/read-item.ts";
import { backoff } from "../../../aws/retry.ts";
import { type FetchTurns, noTurns } from "../../domain/fetch-turns.ts";
import type { FetchTurnStore } from "../../ports/fetch-turns.ts";
import { RevisionConflict } from "../../ports/image-store.ts";
import { fetchTurnsKey } from "./keys.ts";

const ITEM_VERSION = 1;
/** Each lost race is a write that another one made: as many as run, and more. */
const ATTEMPTS = 16;

/** One item: a dozen runs write it when they begin and end, and twice a minute. */
export function dynamodbFetchTurns(client: DynamoDBDocumentClient, TableName: string): FetchTurnStore {
  const get = itemReader(client, TableName);
  return {
    change: async (decide) => {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const item = await get(fetchTurnsKey);
        const { taken, waiting } = { ...noTurns, ...(item as FetchTurns | undefined) };
        const { after, result } = decide({ taken, waiting });
        if (!after) return result;
        const revision = Number(item?.revision ?? 0);
        const command = new PutCommand({
          TableName,
          Item: {
            ...fetchTurnsKey,
            v: ITEM_VERSION,
            revision: revision + 1,
            taken: after.taken,
            waiting: after.waiting,
          },
          ConditionExpression: item ? "revision = :before" : "attribute_not_exists(pk)",
          ...(item && { ExpressionAttributeValues: { ":before": revision } }),
        });
        if (await conditionHeld(() => client.send(command))) return result;
        await backoff(Math.min(attempt, 4));
      }
      throw new RevisionConflict();
    },
  };
}
