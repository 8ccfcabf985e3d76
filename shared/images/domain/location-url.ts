import { isOwn, type Location } from "./location.ts";
import type { ConfiguredStores } from "./store.ts";

/**
 * A place as callers are shown it: the URL that was registered, or for our own bytes where their store is and the key
 * there. It says where the data is, and opens nothing: no secret is in it.
 */
export function locationUrl(location: Location, { all }: Pick<ConfiguredStores, "all">): string {
  if (!isOwn(location)) return location.key;
  const base = all.find(({ id }) => id === location.store)?.locationBase ?? `s3://${location.store}/`;
  return `${base}${location.key}`;
}
