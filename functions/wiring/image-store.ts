import { documentClient } from "../../shared/adapters/dynamodb/document-client.ts";
import { dynamodbImageStore } from "../../shared/adapters/dynamodb/image-store.ts";
import { environment } from "../../shared/environment.ts";
import type { ImageStore } from "../../shared/ports/image-store.ts";

export const imageStore = (): ImageStore => dynamodbImageStore(documentClient(), environment("tableName"));
