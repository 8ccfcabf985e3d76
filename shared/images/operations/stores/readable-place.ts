import { setTimeout as sleep } from "node:timers/promises";
import { Unavailable } from "../../../errors.ts";
import type { Image } from "../../domain/image.ts";
import { isOwn, type Location } from "../../domain/location.ts";
import { inReadOrder } from "../../domain/read-order.ts";
import type { ConfiguredStores } from "../../domain/store.ts";
import { undamagedIfAny } from "../../domain/undamaged.ts";
import type { BlobStore } from "../../ports/blob-store.ts";
import type { Stores } from "../../ports/stores.ts";

/** A store that does not answer for so long is passed over: the gateway waits 29 s for all of them. */
const PATIENCE_MS = 4000;

/**
 * Our places of an image in the order in which they are to be read: preferred stores first, in the caller's order. Of what
 * is known to be damaged nothing is read while there is another: only an image of which no good place is left has those,
 * for the admins who may read it.
 */
export function placesToRead(
  { locations }: Image,
  stores: ConfiguredStores,
  prefer: readonly string[],
): readonly Location[] {
  const rank = ({ store }: Location): number => {
    const at = prefer.indexOf(store);
    return at < 0 ? prefer.length : at;
  };
  const places = undamagedIfAny(locations.filter(isOwn));
  return inReadOrder(places, stores).toSorted((one, other) => rank(one) - rank(other));
}

/** What a store says of bytes in time; throws otherwise. */
async function askInTime(blobs: Pick<BlobStore, "head">, { key, store }: Location) {
  const over = new AbortController();
  const late = sleep(PATIENCE_MS, undefined, { signal: over.signal }).then(() => {
    throw new Unavailable(`The store '${store}' does not answer: try again.`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([blobs.head(key), late]);
  } finally {
    over.abort();
  }
}

/**
 * The first of an image's places to read that has the bytes now; a place that has lost them, or whose store fails, is
 * passed over. The only place of an image is not asked: who reads it sees for himself. Undefined where all have lost
 * them; throws Unavailable where the last one fails, and where only damaged places are left.
 */
export async function firstReadable(
  stores: Stores<Pick<BlobStore, "head">>,
  places: readonly Location[],
  { locations }: Image,
): Promise<Location | undefined> {
  if (locations.length <= 1) return places[0];
  const others = locations.filter((place) => !places.includes(place));
  const hasOnlyDamaged = others.length > 0 && others.every(({ damaged }) => damaged !== undefined);
  let failure: unknown;
  for (const place of places) {
    failure = undefined;
    try {
      const stored = await askInTime(stores.of(place), place);
      if (stored?.size === place.size) return place;
    } catch (error) {
      failure = error;
    }
  }
  if (failure === undefined && !hasOnlyDamaged) return undefined;
  const unavailable = new Unavailable("No store that has the image can serve it at the moment: try again.");
  unavailable.cause = failure;
  throw unavailable;
}
