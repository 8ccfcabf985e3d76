import database from "dynalite/db/index.js";
import { ownValue } from "../../own-value.ts";
import { AwsFailure } from "../aws-failure.ts";
import { asAwsFailure } from "./dynalite-failure.ts";
import type { AttributeValue, Item } from "./item.ts";

interface KeySchemaElement {
  readonly AttributeName: string;
  readonly KeyType: "HASH" | "RANGE";
}

export interface GlobalSecondaryIndex {
  readonly IndexName: string;
  readonly KeySchema: readonly KeySchemaElement[];
  readonly Projection: {
    readonly ProjectionType: "ALL" | "KEYS_ONLY" | "INCLUDE";
    readonly NonKeyAttributes?: readonly string[];
  };
}

/** A table as the template declares it; the members in capitals are CloudFormation's. */
export interface TableDefinition {
  readonly name: string;
  readonly arn: string;
  readonly keySchema: readonly KeySchemaElement[];
  readonly attributeDefinitions: readonly {
    readonly AttributeName: string;
    readonly AttributeType: "S" | "N" | "B";
  }[];
  /** The attribute that holds an item's expiry in epoch seconds. */
  readonly ttlAttribute?: string;
  readonly globalSecondaryIndexes?: readonly GlobalSecondaryIndex[];
}

/** The part of the definition that decides how items are stored; kept beside the items. */
export interface TableSchema {
  readonly TableName: string;
  readonly KeySchema: readonly KeySchemaElement[];
  readonly AttributeDefinitions: TableDefinition["attributeDefinitions"];
  readonly GlobalSecondaryIndexes: readonly GlobalSecondaryIndex[];
}

export interface Table {
  /** Given when the table is made, and to no other. */
  readonly id: string;
  readonly definition: TableDefinition;
  readonly schema: TableSchema;
  /** Name of the partition key's attribute. */
  readonly hashKey: string;
  /** What the storage keys of the items begin with. */
  readonly prefix: string;
}

export function emptyTable(definition: TableDefinition, id: string): Table {
  const schema: TableSchema = {
    TableName: definition.name,
    KeySchema: hashFirst(definition.keySchema),
    AttributeDefinitions: definition.attributeDefinitions,
    GlobalSecondaryIndexes: (definition.globalSecondaryIndexes ?? []).map((index) => ({
      ...index,
      KeySchema: hashFirst(index.KeySchema),
    })),
  };
  const hashKey = schema.KeySchema[0]?.AttributeName;
  if (hashKey === undefined) throw new Error(`table ${definition.name} has no key`);
  return { id, definition, schema, hashKey, prefix: `item-${definition.name}~` };
}

/** dynalite takes the first element for the partition key. */
const hashFirst = (keySchema: readonly KeySchemaElement[]) =>
  keySchema.toSorted((a, b) => a.KeyType.localeCompare(b.KeyType));

/** Storage key of the item with this key. Throws ValidationException for a key that does not fit the table. */
export function storageKeyOfKey(table: Table, key: Item): string {
  return storageKey(table, key, database.validateKey(key, table.schema));
}

/** Storage key of an item. Throws ValidationException for a key that does not fit the table. */
export function storageKeyOfItem(table: Table, item: Item): string {
  return storageKey(table, item, database.validateItem(item, table.schema));
}

function storageKey(table: Table, item: Item, invalid: Error | null | undefined): string {
  if (invalid) throw asAwsFailure(invalid);
  for (const { AttributeName, KeyType } of table.schema.KeySchema)
    checkKeyBytes(ownValue(item, AttributeName), KeyType);
  return table.prefix + database.createKey(item, table.schema);
}

// dynalite counts a string's characters; DynamoDB's limits are bytes of UTF-8.
function checkKeyBytes(value: AttributeValue | undefined, keyType: KeySchemaElement["KeyType"]): void {
  const bytes = Buffer.byteLength(value?.S ?? "");
  if (keyType === "HASH" && bytes > 2048)
    throw new AwsFailure(
      "ValidationException",
      "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes",
    );
  if (keyType === "RANGE" && bytes > 1024)
    throw new AwsFailure(
      "ValidationException",
      "One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes",
    );
}
