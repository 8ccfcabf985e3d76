import { documentClient } from "../../shared/aws/document-client.ts";
import type { WorkQueue } from "../../shared/aws/work-queue.ts";
import { environment } from "../../shared/environment.ts";
import { dynamodbOutboxWriter } from "../../shared/images/adapters/dynamodb/outbox-writer.ts";
import { type Notify, notifyOf } from "../../shared/images/operations/notifications/notifying-images.ts";
import type { Settings } from "../../shared/settings.ts";

/** Tells of what changes no image. */
export const notifications = (settings: Settings, queue: WorkQueue): Notify =>
  notifyOf(dynamodbOutboxWriter(documentClient(), environment("tableName")), {
    disabled: settings.disabled_notifications,
    queue,
  });
