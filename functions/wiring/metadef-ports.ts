import type { WorkQueue } from "../../shared/aws/work-queue.ts";
import { dynamodbNamespaceStore } from "../../shared/metadefs/adapters/dynamodb/namespace-store.ts";
import { notifyingNamespaces } from "../../shared/metadefs/operations/notifying-namespaces.ts";
import type { NamespaceStore } from "../../shared/metadefs/ports/namespace-store.ts";
import type { Settings } from "../../shared/settings.ts";
import { table } from "./table.ts";

/** The catalogue of metadata definitions on the one table. */
export const catalogue = (): NamespaceStore => dynamodbNamespaceStore(...table());

/** The catalogue for functions that change it: its changes are told of. */
export const notifyingCatalogue = (settings: Settings, queue: WorkQueue): NamespaceStore =>
  notifyingNamespaces(catalogue(), {
    disabled: settings.disabled_notifications,
    queue,
  });
