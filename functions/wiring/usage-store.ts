import { documentClient } from "../../shared/adapters/dynamodb/document-client.ts";
import { dynamodbUsageStore } from "../../shared/adapters/dynamodb/usage-store.ts";
import { environment } from "../../shared/environment.ts";
import type { UsageStore } from "../../shared/ports/usage-store.ts";

export const usageStore = (): UsageStore => dynamodbUsageStore(documentClient(), environment("tableName"));
