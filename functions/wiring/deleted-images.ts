import { dynamodbDeletedImages } from "../../shared/adapters/dynamodb/deleted-images.ts";
import { documentClient } from "../../shared/adapters/dynamodb/document-client.ts";
import { environment } from "../../shared/environment.ts";
import type { DeletedImages } from "../../shared/ports/deleted-images.ts";

export const deletedImages = (): DeletedImages =>
  dynamodbDeletedImages(documentClient(), environment("tableName"));
