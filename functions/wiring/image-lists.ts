import { documentClient } from "../../shared/aws/document-client.ts";
import { environment } from "../../shared/environment.ts";
import { dynamodbImageLists } from "../../shared/images/adapters/dynamodb/image-listing.ts";
import type { ImageLists } from "../../shared/images/ports/image-store.ts";

export const imageLists = (): ImageLists => dynamodbImageLists(documentClient(), environment("tableName"));
