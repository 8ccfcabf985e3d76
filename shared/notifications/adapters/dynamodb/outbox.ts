import { TransactionConflictException } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, type DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { firstItems } from "../../../aws/partition-items.ts";
import { retrying } from "../../../aws/retry.ts";
import { type Clock, systemClock } from "../../../clock.ts";
import type { Outbox } from "../../ports/outbox.ts";
import { outboxEntryOf } from "./outbox-item.ts";
import { outboxPartition, outboxPartitions } from "./outbox-keys.ts";
import { dynamodbOutboxWriter } from "./outbox-writer.ts";

const isConflict = (error: unknown): boolean => error instanceof TransactionConflictException;

/** The outbox in the same table; its streams are its partitions. */
export const dynamodbOutbox = (
  client: DynamoDBDocumentClient,
  TableName: string,
  clock: Clock = systemClock,
): Outbox => ({
  ...dynamodbOutboxWriter(client, TableName, clock),
  streams: outboxPartitions,
  streamOf: outboxPartition,
  waiting: async (stream, limit, after) => {
    const range = { pk: stream, limit, ...(after !== undefined && { after }) };
    return (await firstItems(client, TableName, range)).map(outboxEntryOf);
  },
  remove: async ({ stream, place }) => {
    const Key = { pk: stream, sk: place };
    await retrying(() => client.send(new DeleteCommand({ TableName, Key })), isConflict);
  },
});
