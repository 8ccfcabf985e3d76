import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Entry } from "../../../aws/merge-streams.ts";
import {
  type ImageListing,
  type ListScope,
  MAX_SHARED_BY_NAME,
  TooManyShared,
} from "../../ports/image-store.ts";
import { walkIndex } from "./index-entries.ts";
import { idOfSortKey } from "./keys.ts";
import { isIn, type Placed, placedBehind, placeOf } from "./listing-places.ts";
import { readImagesById } from "./read-images.ts";

/** Of so many images at once only the names are kept. */
const AT_ONCE = 100;

/**
 * The entries of what is shared with a project, by name: a member's entry carries only what never changes of the
 * image, so all images are read for their names. Throws TooManyShared.
 */
export async function* sharedByName(
  client: DynamoDBDocumentClient,
  tableName: string,
  scope: ListScope,
  listing: ImageListing,
): AsyncGenerator<Entry<ListScope>> {
  const ids: string[] = [];
  const range = {
    scope,
    index: { sortKey: "created_at" },
    direction: "asc",
    expected: MAX_SHARED_BY_NAME,
  } as const;
  for await (const sortKey of walkIndex(client, tableName, range)) {
    if (ids.length === MAX_SHARED_BY_NAME) throw new TooManyShared();
    ids.push(idOfSortKey(sortKey));
  }
  const shared: Placed[] = [];
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const images = await readImagesById(client, tableName, ids.slice(at, at + AT_ONCE));
    for (const image of images.values()) {
      const { id, name, created_at } = image;
      if (isIn(scope, image)) shared.push({ id, name, created_at });
    }
  }
  for (const image of placedBehind(shared, listing))
    yield { position: placeOf(image, listing), id: image.id, scopes: [scope] };
}
