import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { partitionItems } from "../../../aws/partition-items.ts";
import { readItems } from "../../../aws/read-items.ts";
import { recordOf } from "../../../aws/record-of.ts";
import type { WriteItem } from "../../../aws/transaction.ts";
import type { ResourceType } from "../../domain/definitions.ts";
import type { Namespace } from "../../domain/namespace.ts";
import { RESOURCE_TYPES, resourceTypeKey } from "./keys.ts";
import { METADEF_VERSION } from "./namespace-record.ts";

/** All resource types, by name. */
export async function readResourceTypes(
  client: DynamoDBDocumentClient,
  tableName: string,
): Promise<ResourceType[]> {
  const types: ResourceType[] = [];
  for await (const item of partitionItems(client, tableName, { pk: RESOURCE_TYPES }))
    types.push(recordOf<ResourceType>(item));
  return types;
}

/** The resource types that a change is the first to name; one that is there stays, so it needs no condition. */
export async function newResourceTypes(
  client: DynamoDBDocumentClient,
  tableName: string,
  before: Namespace | undefined,
  after: Namespace,
): Promise<ResourceType[]> {
  const had = new Set(before?.resource_types.map(({ name }) => name));
  const added = new Map(after.resource_types.filter(({ name }) => !had.has(name)).map((of) => [of.name, of]));
  if (added.size === 0) return [];
  const found = await readItems(client, tableName, [...added.keys()].map(resourceTypeKey));
  for (const { name } of found) added.delete(String(name));
  return [...added.values()].map(({ name, created_at }) => ({ name, created_at, updated_at: created_at }));
}

/** A resource type that a namespace has named, with the time of that. */
export const resourceTypeItem = ({ name, created_at }: Pick<ResourceType, "name" | "created_at">) => ({
  ...resourceTypeKey(name),
  v: METADEF_VERSION,
  name,
  created_at,
  updated_at: created_at,
});

/** Of two changes that name a type at once, the first one's times stay. */
export const resourceTypeWrite = (
  TableName: string,
  { name, created_at, updated_at }: ResourceType,
): WriteItem => ({
  Update: {
    TableName,
    Key: { ...resourceTypeKey(name) },
    UpdateExpression:
      "SET v = :v, #name = :name, created_at = if_not_exists(created_at, :created), updated_at = if_not_exists(updated_at, :updated)",
    ExpressionAttributeNames: { "#name": "name" },
    ExpressionAttributeValues: {
      ":v": METADEF_VERSION,
      ":name": name,
      ":created": created_at,
      ":updated": updated_at,
    },
  },
});
