import { type KeyOwner, keyOwnerOf, objectKey } from "../../images/domain/object-key.ts";

/** The folder of the image bucket that has the cached copies: `image_cache_dir`. */
export const CACHE_DIR = "cache";

/** Each copy has a key of its own, which is never used again: `transferId` is the copy's own id here. */
export const copyKey = (owner: KeyOwner): string => `${CACHE_DIR}/${objectKey(owner)}`;

/** Undefined for a key that is no copy's: nothing here touches what lies there. */
export const copyOwnerOf = (key: string): KeyOwner | undefined =>
  key.startsWith(`${CACHE_DIR}/`) ? keyOwnerOf(key.slice(CACHE_DIR.length + 1)) : undefined;
