import { documentClient } from "../../shared/adapters/dynamodb/document-client.ts";
import { dynamodbOutboxWriter } from "../../shared/adapters/dynamodb/outbox-writer.ts";
import { environment } from "../../shared/environment.ts";
import { type Notify, notifyOf } from "../../shared/operations/notifying-images.ts";
import type { WorkQueue } from "../../shared/ports/work-queue.ts";
import type { Settings } from "../../shared/settings.ts";

/** Tells of what changes no image. */
export const notifications = (settings: Settings, queue: WorkQueue): Notify =>
  notifyOf(dynamodbOutboxWriter(documentClient(), environment("tableName")), {
    disabled: settings.disabled_notifications,
    queue,
  });
