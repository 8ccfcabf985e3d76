import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { boundedClient } from "./bounded-waits.ts";

let client: DynamoDBDocumentClient | undefined;

/** A client that takes plain objects, whatever their members are called: one `constructor` is a class to the SDK. */
export const documentsOn = (dynamodb: DynamoDBClient): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(dynamodb, {
    marshallOptions: { removeUndefinedValues: true, convertClassInstanceToMap: true },
  });

/** One client an environment: its connections are kept between invocations. */
export function documentClient(): DynamoDBDocumentClient {
  client ??= documentsOn(boundedClient(DynamoDBClient, { maxAttempts: 6 }));
  return client;
}
