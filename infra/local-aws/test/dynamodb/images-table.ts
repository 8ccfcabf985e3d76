import type { TableDefinition } from "../../emulators/dynamodb/table.ts";

export const imagesTable: TableDefinition = {
  name: "images",
  arn: "arn:aws:dynamodb:eu-west-1:123456789012:table/images",
  keySchema: [
    { AttributeName: "pk", KeyType: "HASH" },
    { AttributeName: "sk", KeyType: "RANGE" },
  ],
  attributeDefinitions: [
    { AttributeName: "pk", AttributeType: "S" },
    { AttributeName: "sk", AttributeType: "S" },
  ],
  ttlAttribute: "expires",
};
