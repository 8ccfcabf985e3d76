import { documentClient } from "../../shared/aws/document-client.ts";
import { environment } from "../../shared/environment.ts";
import { dynamodbImageStore } from "../../shared/images/adapters/dynamodb/image-store.ts";
import type { ImageStore } from "../../shared/images/ports/image-store.ts";
import { countsUsage, readSettings } from "../../shared/settings.ts";

/** Every function's counts usage where the settings say so: a change that was not counted could not be made good. */
export const imageStore = (): ImageStore =>
  dynamodbImageStore(documentClient(), environment("tableName"), {
    countsUsage: countsUsage(readSettings(process.env)),
  });
