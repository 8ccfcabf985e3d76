import { documentClient } from "../../shared/adapters/dynamodb/document-client.ts";
import { dynamodbOutbox } from "../../shared/adapters/dynamodb/outbox.ts";
import { eventBridgeBus } from "../../shared/adapters/eventbridge/event-bus.ts";
import { environment } from "../../shared/environment.ts";
import type { DeliveryPorts } from "../../shared/operations/deliver-notifications.ts";
import { systemClock as clock } from "../../shared/ports/clock.ts";
import type { Log } from "../../shared/ports/log.ts";
import { readSettings } from "../../shared/settings.ts";

/** What it takes to deliver from the outbox to the bus. */
export const deliveryPorts = (log: Log): DeliveryPorts => ({
  outbox: dynamodbOutbox(documentClient(), environment("tableName")),
  bus: eventBridgeBus({ environment: process.env, busName: environment("eventBusName") }),
  clock,
  publisherId: readSettings(process.env).default_publisher_id,
  report: (problem) => log.error("not delivered", { ...problem }),
});
