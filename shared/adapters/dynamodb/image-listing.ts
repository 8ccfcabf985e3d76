import { BatchGetCommand, type DynamoDBDocumentClient, QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { Image } from "../../domain/image.ts";
import type { ImageListing, ImageLists, ListScope } from "../../ports/image-store.ts";
import { imageOf } from "./image-item.ts";
import { createdSortKey, idOfSortKey, imageKey, indexedName, listPartition, nameSortKey } from "./keys.ts";
import { backoff } from "./retry.ts";

// A BatchGetItem takes 100 keys; a page of the index larger than that would be read for nothing.
const BATCH = 100;
const UNPROCESSED_ATTEMPTS = 12;

/** Sort keys of all images of one name begin with this. */
const namePrefix = (name: string): string => `${indexedName(name)}\u0000`;

/** The sort key to go on behind; "" for the beginning, undefined when nothing comes behind the marker. */
function startOf({ after, name, sortKey, direction }: ImageListing): string | undefined {
  if (after === undefined) return "";
  if (name === undefined) return sortKey === "name" ? nameSortKey(after) : createdSortKey(after);
  // Among images of one name the order is that of created_at, which the marker has, whatever its own name.
  if (sortKey === "created_at" || indexedName(after.name) === indexedName(name)) {
    return `${namePrefix(name)}${createdSortKey(after)}`;
  }
  return indexedName(after.name) < indexedName(name) === (direction === "asc") ? "" : undefined;
}

/** The sort keys of one scope's entries, in order, read page by page as they are wanted. */
async function* sortKeys(
  client: DynamoDBDocumentClient,
  TableName: string,
  scope: ListScope,
  listing: ImageListing,
): AsyncGenerator<string> {
  const { name } = listing;
  const start = startOf(listing);
  if (start === undefined) return;
  const pk = listPartition(scope, name === undefined ? listing.sortKey : "name");
  const ofName = name === undefined ? "" : " AND begins_with(sk, :prefix)";
  const ofStatus = scope.kind === "member" && scope.status !== "all" ? scope.status : undefined;
  let ExclusiveStartKey: Record<string, unknown> | undefined = start === "" ? undefined : { pk, sk: start };
  do {
    const page = await client.send(
      new QueryCommand({
        TableName,
        ConsistentRead: true,
        KeyConditionExpression: `pk = :pk${ofName}`,
        ExpressionAttributeValues: {
          ":pk": pk,
          ...(name === undefined ? {} : { ":prefix": namePrefix(name) }),
          ...(ofStatus && { ":status": ofStatus }),
        },
        ProjectionExpression: "sk",
        ...(ofStatus && {
          FilterExpression: "#status = :status",
          ExpressionAttributeNames: { "#status": "status" },
        }),
        ScanIndexForward: listing.direction === "asc",
        Limit: Math.min(BATCH, listing.expected),
        ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
      }),
    );
    for (const item of page.Items ?? []) yield item.sk as string;
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
}

/** Merges ordered streams into one ordered stream without repetitions. */
async function* merged(streams: AsyncGenerator<string>[], ascending: boolean): AsyncGenerator<string> {
  const heads = await Promise.all(streams.map((stream) => stream.next()));
  for (;;) {
    let best: string | undefined;
    for (const head of heads) {
      if (head.done) continue;
      if (best === undefined || (ascending ? head.value < best : head.value > best)) best = head.value;
    }
    if (best === undefined) return;
    yield best;
    await Promise.all(
      heads.map(async (head, index) => {
        const stream = streams[index];
        if (stream && !head.done && head.value === best) heads[index] = await stream.next();
      }),
    );
  }
}

/** The images of up to 100 ids, in their order; ids without an item are left out. */
async function imagesOf(
  client: DynamoDBDocumentClient,
  tableName: string,
  ids: readonly string[],
): Promise<Image[]> {
  const found = new Map<string, Image>();
  let keys: Record<string, unknown>[] = ids.map((id) => ({ ...imageKey(id) }));
  for (let attempt = 0; keys.length > 0; attempt++) {
    if (attempt >= UNPROCESSED_ATTEMPTS) throw new Error("DynamoDB leaves keys unprocessed again and again");
    if (attempt > 0) await backoff(attempt);
    const answer = await client.send(
      new BatchGetCommand({ RequestItems: { [tableName]: { Keys: keys, ConsistentRead: true } } }),
    );
    for (const item of answer.Responses?.[tableName] ?? []) {
      const image = imageOf(item);
      found.set(image.id, image);
    }
    keys = answer.UnprocessedKeys?.[tableName]?.Keys ?? [];
  }
  return ids.flatMap((id) => found.get(id) ?? []);
}

/** Walks the index of all scopes at once and reads the images behind it in batches. */
async function* listImages(
  client: DynamoDBDocumentClient,
  tableName: string,
  listing: ImageListing,
): AsyncGenerator<Image> {
  const streams = listing.scopes.map((scope) => sortKeys(client, tableName, scope, listing));
  let ids: string[] = [];
  try {
    for await (const sortKey of merged(streams, listing.direction === "asc")) {
      ids.push(idOfSortKey(sortKey));
      if (ids.length < Math.min(BATCH, listing.expected)) continue;
      yield* await imagesOf(client, tableName, ids);
      ids = [];
    }
    if (ids.length > 0) yield* await imagesOf(client, tableName, ids);
  } finally {
    await Promise.all(streams.map((stream) => stream.return(undefined)));
  }
}

/** The lists of the image store in the same table. */
export const dynamodbImageLists = (client: DynamoDBDocumentClient, tableName: string): ImageLists => ({
  list: (listing) => listImages(client, tableName, listing),
});
