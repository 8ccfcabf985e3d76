import { TransactionConflictException } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, type DynamoDBDocumentClient, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { type Clock, systemClock } from "../../ports/clock.ts";
import type { Outbox } from "../../ports/outbox.ts";
import { outboxPartition, outboxPartitions } from "./keys.ts";
import { outboxEntryOf } from "./outbox-item.ts";
import { dynamodbOutboxWriter } from "./outbox-writer.ts";
import { retrying } from "./retry.ts";

const isConflict = (error: unknown): boolean => error instanceof TransactionConflictException;

/** The outbox in the same table; its streams are the partitions of the room. */
export const dynamodbOutbox = (
  client: DynamoDBDocumentClient,
  TableName: string,
  clock: Clock = systemClock,
): Outbox => ({
  ...dynamodbOutboxWriter(client, TableName, clock),
  streams: outboxPartitions,
  streamOf: outboxPartition,
  waiting: async (stream, limit, after) => {
    const entries: Record<string, unknown>[] = [];
    let start = after === undefined ? undefined : { pk: stream, sk: after };
    // A page of DynamoDB ends at 1 MB, with fewer entries than asked for.
    do {
      const page = await client.send(
        new QueryCommand({
          TableName,
          ConsistentRead: true,
          KeyConditionExpression: "pk = :pk",
          ExpressionAttributeValues: { ":pk": stream },
          Limit: limit - entries.length,
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        }),
      );
      entries.push(...(page.Items ?? []));
      start = page.LastEvaluatedKey as typeof start;
    } while (start !== undefined && entries.length < limit);
    return entries.map(outboxEntryOf);
  },
  remove: async ({ stream, place }) => {
    const Key = { pk: stream, sk: place };
    await retrying(() => client.send(new DeleteCommand({ TableName, Key })), isConflict);
  },
});
