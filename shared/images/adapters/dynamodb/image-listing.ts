import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { type Entry, merged } from "../../../aws/merge-streams.ts";
import type { Image } from "../../domain/image.ts";
import type { ImageListing, ImageLists, ListScope } from "../../ports/image-store.ts";
import { imagesById } from "./images-by-id.ts";
import { type IndexRange, rangesOf, walkIndex } from "./index-entries.ts";
import { createdPartOf, idOfSortKey } from "./keys.ts";
import { isIn } from "./listing-places.ts";
import { readImagesById } from "./read-images.ts";
import { sharedByName } from "./shared-by-name.ts";

/** Images read at once: from what a page takes up to four batches, as long as they are small together. */
const AT_FIRST = 100;
const AT_MOST = 400;
const SMALL_BYTES = 4_000_000;
const WHEN_LARGE = 25;

/** The usual way: an index holds the scope's entries in the order of the listing. */
async function* ofRange(
  client: DynamoDBDocumentClient,
  tableName: string,
  range: IndexRange,
  { sortKey }: ImageListing,
): AsyncGenerator<Entry<ListScope>> {
  for await (const key of walkIndex(client, tableName, range)) {
    const position = sortKey === "created_at" ? createdPartOf(key) : key;
    yield { position, id: idOfSortKey(key), scopes: [range.scope] };
  }
}

/** A scope's entries as ordered streams. Members have no index by name: their images are filtered when read. */
function streamsOf(
  client: DynamoDBDocumentClient,
  tableName: string,
  scope: ListScope,
  listing: ImageListing,
): AsyncGenerator<Entry<ListScope>>[] {
  if (scope.kind === "member" && listing.sortKey === "name")
    return [sharedByName(client, tableName, scope, listing)];
  const { names, ...unnamed } = listing;
  const walked = scope.kind === "member" ? unnamed : listing;
  return rangesOf(walked, scope).map((range) => ofRange(client, tableName, range, listing));
}

/** Walks the indexes of all scopes at once and reads the images behind them in growing batches. */
async function* listImages(
  client: DynamoDBDocumentClient,
  tableName: string,
  listing: ImageListing,
): AsyncGenerator<Image> {
  const { scopes, names, expected, direction } = listing;
  const isNamed = ({ name }: Image) => names === undefined || (name !== null && names.includes(name));
  const read = async (entries: readonly Entry<ListScope>[]): Promise<Image[]> => {
    const images = await readImagesById(
      client,
      tableName,
      entries.map(({ id }) => id),
    );
    return entries.flatMap((entry) => {
      const image = images.get(entry.id);
      return image && isNamed(image) && entry.scopes.some((scope) => isIn(scope, image)) ? [image] : [];
    });
  };

  const streams = scopes.flatMap((scope) => streamsOf(client, tableName, scope, listing));
  let entries: Entry<ListScope>[] = [];
  let window = Math.min(AT_FIRST, expected);
  try {
    for await (const entry of merged(streams, direction)) {
      entries.push(entry);
      if (entries.length < window) continue;
      const images = await read(entries);
      yield* images;
      entries = [];
      // Custom properties can make an image large: memory must not hold hundreds of such.
      const bytes = JSON.stringify(images).length;
      window = bytes > SMALL_BYTES ? WHEN_LARGE : Math.min(AT_MOST, window * 2);
    }
    if (entries.length > 0) yield* await read(entries);
  } finally {
    await Promise.all(streams.map((stream) => stream.return(undefined)));
  }
}

async function* listById(
  client: DynamoDBDocumentClient,
  tableName: string,
  ids: readonly string[],
  listing: ImageListing,
): AsyncGenerator<Image> {
  const { names } = listing;
  for (const image of await imagesById(client, tableName, ids, listing))
    if (names === undefined || (image.name !== null && names.includes(image.name))) yield image;
}

/** The lists of the image store in the same table. */
export const dynamodbImageLists = (client: DynamoDBDocumentClient, tableName: string): ImageLists => ({
  list: (listing) =>
    listing.ids ? listById(client, tableName, listing.ids, listing) : listImages(client, tableName, listing),
});
