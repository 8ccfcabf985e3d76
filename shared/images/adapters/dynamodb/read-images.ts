import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { readItems } from "../../../aws/read-items.ts";
import type { Image } from "../../domain/image.ts";
import { imageOf } from "./image-item.ts";
import { imageKey } from "./keys.ts";

/** Images by their ids; those without an item are left out. */
export async function readImagesById(
  client: DynamoDBDocumentClient,
  tableName: string,
  ids: readonly string[],
): Promise<Map<string, Image>> {
  const images = (await readItems(client, tableName, ids.map(imageKey))).map(imageOf);
  return new Map(images.map((image) => [image.id, image]));
}
