import { documentClient } from "../../shared/aws/document-client.ts";
import { environment } from "../../shared/environment.ts";
import { dynamodbRefusedUploads } from "../../shared/images/adapters/dynamodb/refused-uploads.ts";
import type { RefusedUploads } from "../../shared/images/ports/refused-uploads.ts";

export const refusedUploads = (): RefusedUploads =>
  dynamodbRefusedUploads(documentClient(), environment("tableName"));
