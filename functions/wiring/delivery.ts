import { documentClient } from "../../shared/aws/document-client.ts";
import { systemClock as clock } from "../../shared/clock.ts";
import { environment } from "../../shared/environment.ts";
import { dynamodbOutbox } from "../../shared/images/adapters/dynamodb/outbox.ts";
import { eventBridgeBus } from "../../shared/images/adapters/eventbridge/event-bus.ts";
import type { DeliveryPorts } from "../../shared/images/operations/notifications/deliver-notifications.ts";
import type { Log } from "../../shared/log.ts";
import { readSettings } from "../../shared/settings.ts";

/** What it takes to deliver from the outbox to the bus. */
export const deliveryPorts = (log: Log): DeliveryPorts => ({
  outbox: dynamodbOutbox(documentClient(), environment("tableName")),
  bus: eventBridgeBus({ environment: process.env, busName: environment("eventBusName") }),
  clock,
  publisherId: readSettings(process.env).default_publisher_id,
  report: (problem) => log.error("not delivered", { ...problem }),
});
