import type { WorkQueue } from "../../shared/aws/work-queue.ts";
import { dynamodbNamespaceStore } from "../../shared/metadefs/adapters/dynamodb/namespace-store.ts";
import { notifyingNamespaces } from "../../shared/metadefs/operations/notifying-namespaces.ts";
import type { NamespaceStore } from "../../shared/metadefs/ports/namespace-store.ts";
import type { Settings } from "../../shared/settings.ts";
import { table } from "./table.ts";

/** The catalogue of metadata definitions on the one table, whose changes are told of. */
export const notifyingCatalogue = (settings: Settings, queue: WorkQueue): NamespaceStore =>
  notifyingNamespaces(dynamodbNamespaceStore(...table()), {
    disabled: settings.disabled_notifications,
    queue,
  });
