import { type KeyOwner, keyOwnerOf, objectKey } from "../../images/domain/object-key.ts";

/** The folder of the image bucket that has the cached copies: `image_cache_dir`. */
export const CACHE_DIR = "cache";

/** Each copy has a key of its own, which is never used again: `transferId` is the copy's own id here. */
export const copyKey = (owner: KeyOwner): string => `${CACHE_DIR}/${objectKey(owner)}`;

/**
 * Where the bytes of one part of a copy lie beside it, to be read while it is being made. Not below its key: what an object
 * is called is no folder.
 */
export const pieceKey = (copy: string, number: number): string =>
  `${copy}.${String(number).padStart(5, "0")}`;

/** The key of the copy that a piece belongs to; a key that is no piece's as it is. */
export const copyOfPiece = (key: string): string => key.replace(/\.\d{5}$/, "");

/** Undefined for a key that is neither a copy's nor a piece's: nothing here touches what lies there. */
export const copyOwnerOf = (key: string): KeyOwner | undefined =>
  key.startsWith(`${CACHE_DIR}/`) ? keyOwnerOf(copyOfPiece(key).slice(CACHE_DIR.length + 1)) : undefined;
