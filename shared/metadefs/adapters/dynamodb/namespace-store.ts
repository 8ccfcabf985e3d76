import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { type Clock, systemClock } from "../../../clock.ts";
import type { NamespaceStore } from "../../ports/namespace-store.ts";
import { commitNamespaceChange } from "./commit-namespace-change.ts";
import { walkNamespaces } from "./namespace-listing.ts";
import { namespaceReader } from "./read-namespaces.ts";
import { readResourceTypes } from "./resource-types.ts";

/** The catalogue of metadata definitions in the one table, with the notifications of its changes. */
export function dynamodbNamespaceStore(
  client: DynamoDBDocumentClient,
  TableName: string,
  clock: Clock = systemClock,
): NamespaceStore {
  const { find, read, definition, definitions } = namespaceReader(client, TableName);
  return {
    find,
    read,
    definition,
    definitions,
    list: (listing) => walkNamespaces(client, TableName, listing),
    resourceTypes: () => readResourceTypes(client, TableName),
    commit: (change) => commitNamespaceChange({ client, TableName, clock }, change),
  };
}
