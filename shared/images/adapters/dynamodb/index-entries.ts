import { type DynamoDBDocumentClient, QueryCommand, type QueryCommandOutput } from "@aws-sdk/lib-dynamodb";
import { compareText } from "../../../text/text-order.ts";
import type { ImageListing, ListScope } from "../../ports/image-store.ts";
import { createdSortKey, listPartition, namePrefix, nameSortKey } from "./keys.ts";

/** Reads grow from what a page takes to this many entries, of about 150 bytes. */
const MOST_AT_ONCE = 4000;
/** Behind every sort key that begins like it. */
const LAST = "\u{10FFFF}";

export interface IndexRange {
  readonly scope: ListScope;
  /** Which index, and for a look-up which name in it. */
  readonly index: { readonly sortKey: "created_at" | "name"; readonly name?: string };
  readonly direction: "asc" | "desc";
  /** Continue after this sort key; absent: from the beginning. */
  readonly start?: string;
  readonly expected: number;
}

/** Where in one name's entries to go on; undefined when nothing of them comes after the marker. */
function startInName(listing: ImageListing, name: string): { start?: string } | undefined {
  const { after, sortKey, direction, withTies } = listing;
  if (after === undefined) return {};
  const prefix = namePrefix(name);
  if (sortKey === "created_at") {
    // Among images of one name the order is that of created_at, which the marker has, whatever its own name.
    if (!withTies) return { start: `${prefix}${createdSortKey(after)}` };
    return { start: `${prefix}${after.created_at}${direction === "asc" ? "" : LAST}` };
  }
  const difference = compareText(namePrefix(after.name), prefix) * (direction === "asc" ? 1 : -1);
  if (difference === 0) return withTies ? {} : { start: nameSortKey(after) };
  return difference < 0 ? {} : undefined;
}

function startOf({ after, sortKey, direction, withTies }: ImageListing): { start?: string } {
  if (after === undefined) return {};
  if (!withTies) return { start: sortKey === "name" ? nameSortKey(after) : createdSortKey(after) };
  const ties = sortKey === "name" ? namePrefix(after.name) : after.created_at;
  return { start: direction === "asc" ? ties : `${ties}${LAST}` };
}

/** The stretch of one scope's index that the listing walks; with names, one for each of them. */
export function rangesOf(listing: ImageListing, scope: ListScope): IndexRange[] {
  const { sortKey, direction, expected, names } = listing;
  if (names === undefined) return [{ scope, index: { sortKey }, direction, expected, ...startOf(listing) }];
  return names.flatMap((name) => {
    const start = startInName(listing, name);
    return start ? [{ scope, index: { sortKey: "name", name }, direction, expected, ...start }] : [];
  });
}

/** The sort keys of a range, in order, read page by page as they are wanted. */
export async function* walkIndex(
  client: DynamoDBDocumentClient,
  TableName: string,
  { scope, index, direction, start, expected }: IndexRange,
): AsyncGenerator<string> {
  const pk = listPartition(scope, index.sortKey);
  const ofName = index.name === undefined ? "" : " AND begins_with(sk, :prefix)";
  const isFiltered = scope.kind === "member" && scope.status !== "all" && scope.status !== "accepted";
  const status = isFiltered ? scope.status : undefined;
  let ExclusiveStartKey: Record<string, unknown> | undefined =
    start === undefined ? undefined : { pk, sk: start };
  let Limit = Math.min(MOST_AT_ONCE, expected);
  do {
    const page: QueryCommandOutput = await client.send(
      new QueryCommand({
        TableName,
        ConsistentRead: true,
        KeyConditionExpression: `pk = :pk${ofName}`,
        ExpressionAttributeValues: {
          ":pk": pk,
          ...(index.name === undefined ? {} : { ":prefix": namePrefix(index.name) }),
          ...(status && { ":status": status }),
        },
        ProjectionExpression: "sk",
        ...(status && {
          FilterExpression: "#status = :status",
          ExpressionAttributeNames: { "#status": "status" },
        }),
        ScanIndexForward: direction === "asc",
        Limit,
        ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
      }),
    );
    for (const item of page.Items ?? []) yield item.sk as string;
    ExclusiveStartKey = page.LastEvaluatedKey;
    Limit = Math.min(MOST_AT_ONCE, Limit * 2);
  } while (ExclusiveStartKey !== undefined);
}
