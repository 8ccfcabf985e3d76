import { documentClient } from "../../shared/aws/document-client.ts";
import { environment } from "../../shared/environment.ts";
import { dynamodbDeletedImages } from "../../shared/images/adapters/dynamodb/deleted-images.ts";
import type { DeletedImages } from "../../shared/images/ports/deleted-images.ts";

export const deletedImages = (): DeletedImages =>
  dynamodbDeletedImages(documentClient(), environment("tableName"));
