import type { WorkQueue } from "../../shared/aws/work-queue.ts";
import { systemClock as clock } from "../../shared/clock.ts";
import { environment } from "../../shared/environment.ts";
import type { Log } from "../../shared/log.ts";
import { dynamodbOutbox } from "../../shared/notifications/adapters/dynamodb/outbox.ts";
import { dynamodbOutboxWriter } from "../../shared/notifications/adapters/dynamodb/outbox-writer.ts";
import { eventBridgeBus } from "../../shared/notifications/adapters/eventbridge/event-bus.ts";
import type { DeliveryPorts } from "../../shared/notifications/operations/deliver-notifications.ts";
import { type Notify, notifyOf } from "../../shared/notifications/operations/notify.ts";
import { deployedSettings } from "../../shared/settings/deployed-settings.ts";
import type { Settings } from "../../shared/settings.ts";
import { table } from "./table.ts";

/** Tells of what changes no image. */
export const notifications = (settings: Settings, queue: WorkQueue): Notify =>
  notifyOf(dynamodbOutboxWriter(...table()), { disabled: settings.disabled_notifications, queue });

/** What it takes to deliver from the outbox to the bus. */
export const deliveryPorts = (log: Log): DeliveryPorts => ({
  outbox: dynamodbOutbox(...table()),
  bus: eventBridgeBus({ environment: process.env, busName: environment("eventBusName") }),
  clock,
  publisherId: deployedSettings(process.env).default_publisher_id,
  report: (problem) => log.error("not delivered", { ...problem }),
});
