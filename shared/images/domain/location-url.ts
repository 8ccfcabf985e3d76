import { isOwn, type Location } from "./location.ts";

/**
 * A place as callers are shown it: the URL that was registered, or for our own bytes the store's id and the key there.
 * Neither bucket nor host is in it: it says where the data is, and opens nothing.
 */
export const locationUrl = (location: Location): string =>
  isOwn(location) ? `s3://${location.store}/${location.key}` : location.key;
