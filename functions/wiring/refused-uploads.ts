import { documentClient } from "../../shared/adapters/dynamodb/document-client.ts";
import { dynamodbRefusedUploads } from "../../shared/adapters/dynamodb/refused-uploads.ts";
import { environment } from "../../shared/environment.ts";
import type { RefusedUploads } from "../../shared/ports/refused-uploads.ts";

export const refusedUploads = (): RefusedUploads =>
  dynamodbRefusedUploads(documentClient(), environment("tableName"));
