import { type DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import { type Clock, systemClock } from "../../../clock.ts";
import type { OutboxWriter } from "../../ports/outbox.ts";
import { outboxItems } from "./outbox-item.ts";

export const dynamodbOutboxWriter = (
  client: DynamoDBDocumentClient,
  TableName: string,
  clock: Clock = systemClock,
): OutboxWriter => ({
  add: async (subject, events) => {
    for (const Item of outboxItems(subject, clock(), events))
      await client.send(new PutCommand({ TableName, Item }));
  },
});
