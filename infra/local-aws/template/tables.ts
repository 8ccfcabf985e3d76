import type { GlobalSecondaryIndex, TableDefinition } from "../emulators/dynamodb/table.ts";
import { list, optionalText, refuse } from "./properties.ts";
import type { Resource } from "./resources.ts";

/** `AWS::DynamoDB::Table` as the DynamoDB emulator wants it. */
export function tableDefinition(resource: Resource): TableDefinition {
  refuse(resource, "LocalSecondaryIndexes", "StreamSpecification", "KinesisStreamSpecification");
  const ttlAttribute = optionalText(resource, "TimeToLiveSpecification", "AttributeName");
  return {
    name: resource.id,
    arn: resource.arn,
    keySchema: list(resource, "KeySchema"),
    attributeDefinitions: list(resource, "AttributeDefinitions"),
    globalSecondaryIndexes: list<GlobalSecondaryIndex>(resource, "GlobalSecondaryIndexes"),
    ...(ttlAttribute !== undefined && { ttlAttribute }),
  };
}
