import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { type Entry, merged } from "../../../aws/merge-streams.ts";
import { partitionItems } from "../../../aws/partition-items.ts";
import { readItems } from "../../../aws/read-items.ts";
import { isPossible } from "../../../aws/table-key.ts";
import type { Namespace } from "../../domain/namespace.ts";
import type { NamespaceListing, NamespaceScope } from "../../ports/namespace-store.ts";
import { namespaceKey } from "./keys.ts";
import { idOfPlace, isInScope, namespaceListPartition, placeIn, placeOfEntry } from "./list-entries.ts";
import { storedOf } from "./namespace-record.ts";

type Place = Entry<NamespaceScope>;

/** Namespaces read at once: what one batch takes. */
const AT_MOST = 100;
/** Callers choose how many types they ask for; more are looked for in all that they may see. */
const MOST_TYPES = 20;
/** Behind every sort key that begins like it. */
const LAST = "\u{10FFFF}";

async function* ofPartition(
  client: DynamoDBDocumentClient,
  tableName: string,
  range: { readonly pk: string; readonly scope: NamespaceScope },
  { sortKey, direction, after, expected }: NamespaceListing,
): AsyncGenerator<Place> {
  // Behind all generations of the marker, which way one goes.
  const start = after && `${placeIn(sortKey, after)}#${direction === "asc" ? LAST : ""}`;
  const items = partitionItems(client, tableName, {
    pk: range.pk,
    expected,
    keysOnly: true,
    descending: direction === "desc",
    ...(start !== undefined && { after: start }),
  });
  for await (const { sk } of items) {
    const position = placeOfEntry(String(sk));
    yield { position, id: idOfPlace(position), scopes: [range.scope] };
  }
}

/** The partitions that together have all namespaces of a listing. */
function partitionsOf({ scopes, sortKey, resourceTypes }: NamespaceListing) {
  const types = resourceTypes && new Set(resourceTypes);
  const asked = types === undefined || types.size > MOST_TYPES ? [undefined] : [...types];
  return scopes
    .flatMap((scope) => asked.map((type) => ({ scope, pk: namespaceListPartition(scope, sortKey, type) })))
    .filter(({ pk }) => isPossible({ pk, sk: "" }));
}

/**
 * Whether the record belongs to the listing, at this place of it. Its entries are found a moment before it and may be
 * of another generation by then: what they say is not asked, only that one of them was there.
 */
const belongs = (namespace: Namespace, place: string, listing: NamespaceListing): boolean =>
  placeIn(listing.sortKey, namespace) === place &&
  listing.scopes.some((scope) => isInScope(scope, namespace)) &&
  (listing.resourceTypes === undefined ||
    namespace.resource_types.some(({ name }) => listing.resourceTypes?.includes(name)));

/** Walks the lists of all scopes and types at once and reads the records behind them in growing batches. */
export async function* walkNamespaces(
  client: DynamoDBDocumentClient,
  tableName: string,
  listing: NamespaceListing,
): AsyncGenerator<Namespace> {
  const read = async (places: ReadonlySet<string>): Promise<Namespace[]> => {
    // A renamed one may have entries at two places.
    const ids = new Set([...places].map(idOfPlace));
    const items = await readItems(client, tableName, [...ids].map(namespaceKey));
    const found = new Map(items.map((item) => storedOf(item).namespace).map((of) => [of.id, of]));
    return [...places].flatMap((place) => {
      const namespace = found.get(idOfPlace(place));
      return namespace && belongs(namespace, place, listing) ? [namespace] : [];
    });
  };

  const streams = partitionsOf(listing).map((range) => ofPartition(client, tableName, range, listing));
  let places = new Set<string>();
  let last: string | undefined;
  let window = Math.min(AT_MOST, listing.expected);
  try {
    for await (const { position } of merged(streams, listing.direction)) {
      // Entries of two generations.
      if (position === last) continue;
      last = position;
      places.add(position);
      if (places.size < window) continue;
      yield* await read(places);
      places = new Set();
      window = Math.min(AT_MOST, window * 2);
    }
    if (places.size > 0) yield* await read(places);
  } finally {
    await Promise.all(streams.map((stream) => stream.return(undefined)));
  }
}
