import { documentClient } from "../../shared/adapters/dynamodb/document-client.ts";
import { dynamodbImageLists } from "../../shared/adapters/dynamodb/image-listing.ts";
import { environment } from "../../shared/environment.ts";
import type { ImageLists } from "../../shared/ports/image-store.ts";

export const imageLists = (): ImageLists => dynamodbImageLists(documentClient(), environment("tableName"));
