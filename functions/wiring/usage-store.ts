import { documentClient } from "../../shared/aws/document-client.ts";
import { environment } from "../../shared/environment.ts";
import { dynamodbUsageStore } from "../../shared/images/adapters/dynamodb/usage-store.ts";
import type { UsageStore } from "../../shared/images/ports/usage-store.ts";

export const usageStore = (): UsageStore => dynamodbUsageStore(documentClient(), environment("tableName"));
