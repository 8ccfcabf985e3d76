import { randomUUID } from "node:crypto";
import { ConditionalCheckFailedException, TransactionConflictException } from "@aws-sdk/client-dynamodb";
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { retrying } from "../../../aws/retry.ts";
import { Conflict } from "../../../errors.ts";
import { addUsage, noUsage, type Usage, usageOf } from "../../domain/usage.ts";
import type { UsageStore } from "../../ports/usage-store.ts";
import { dynamodbImageLists } from "./image-listing.ts";
import { usageKey } from "./keys.ts";
import { usageOfItem } from "./usage-items.ts";

const ITEM_VERSION = 1;
const RECOUNTS = 10;
/** A BatchGetItem's worth of images is in memory at a time. */
const BATCH = 100;

const isConflict = (error: unknown): boolean => error instanceof TransactionConflictException;

/** The sum over a project's images, read one batch after the other. */
async function countImages(
  client: DynamoDBDocumentClient,
  tableName: string,
  project: string,
): Promise<Usage> {
  let sum = noUsage;
  const images = dynamodbImageLists(client, tableName).list({
    scopes: [{ kind: "owner", project }],
    sortKey: "created_at",
    direction: "asc",
    expected: BATCH,
  });
  // The owner is looked at again: between the entry and the image it may have changed hands.
  for await (const image of images) if (image.owner === project) sum = addUsage(sum, usageOf(image));
  return sum;
}

/**
 * Usage in one counter item a project.
 *
 * The first count is exact although others write at the same time. Every change of a project's usage is a
 * transaction that has the counter's existence as a condition:
 *
 *     no counter:  nobody can change the usage, so a count, however long it takes, is of one moment.
 *                  All who want to change it count, and put the result on condition that there is none yet:
 *                  one wins, and what the others counted is thrown away. Then they all try again.
 *     a counter:   every transaction that changes the usage adds its difference to it, and 1 to its revision.
 *
 * A recount reads the counter, counts, and puts the result on condition that the revision is still the one it read:
 * then no image of the project has changed its usage between. When one has, it begins again.
 */
export function dynamodbUsageStore(client: DynamoDBDocumentClient, TableName: string): UsageStore {
  const find = async (project: string): Promise<Record<string, unknown> | undefined> =>
    (await client.send(new GetCommand({ TableName, Key: usageKey(project), ConsistentRead: true }))).Item;

  /** Whether it was written: false when `condition` did not hold any more. */
  const put = async (project: string, usage: Usage, revision: number, before?: number): Promise<boolean> => {
    // Tells our own count, whose answer was lost and which was sent again, from somebody else's.
    const count_id = randomUUID();
    const isNew = "attribute_not_exists(pk)";
    const unchanged = "revision = :before";
    const command = new PutCommand({
      TableName,
      Item: { ...usageKey(project), v: ITEM_VERSION, revision, count_id, ...usage },
      ...(before === undefined
        ? { ConditionExpression: isNew }
        : { ConditionExpression: unchanged, ExpressionAttributeValues: { ":before": before } }),
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    try {
      await retrying(() => client.send(command), isConflict);
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return error.Item?.count_id?.S === count_id;
      throw error;
    }
  };

  const read = async (project: string): Promise<Usage> => {
    for (;;) {
      const item = await find(project);
      if (item) return usageOfItem(item);
      await put(project, await countImages(client, TableName, project), 1);
    }
  };

  return {
    read,
    recount: async (project) => {
      for (let attempt = 0; attempt < RECOUNTS; attempt++) {
        const item = await find(project);
        if (!item) {
          const counted = await read(project);
          return { before: counted, after: counted };
        }
        const revision = Number(item.revision);
        const after = await countImages(client, TableName, project);
        if (await put(project, after, revision + 1, revision)) return { before: usageOfItem(item), after };
      }
      throw new Conflict(`The images of project ${project} change too often to be counted; try again.`);
    },
  };
}
