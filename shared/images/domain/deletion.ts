import { FIRST_STORE, type StoredBytes } from "./location.ts";

/** Bytes that nobody refers to any more; written in the transaction that cut them loose. */
export interface Deletion extends StoredBytes {
  /** Sorts by time: `<created_at>#<key>`, and `#<store>` behind it for all but the first store: copies share a key. */
  readonly id: string;
  readonly image_id: string;
  /** A multipart upload to abort. */
  readonly upload_id?: string;
  readonly created_at: string;
  /** ISO 8601: until then a run is at work on it, and every other leaves it alone. */
  readonly claimed_until?: string;
}

const storeName = (store = FIRST_STORE): string[] => (store === FIRST_STORE ? [] : [store]);

/** The record for an attempt's bytes: its object if it got that far, its multipart upload if not. */
export const deletionOf = (
  bytes: Omit<StoredBytes, "store"> & {
    /** Absent: the first store. */
    readonly store?: string;
    readonly image_id: string;
    readonly upload_id?: string;
  },
  now: Date,
): Deletion => ({
  id: [now.toISOString(), bytes.key, ...storeName(bytes.store)].join("#"),
  image_id: bytes.image_id,
  store: bytes.store ?? FIRST_STORE,
  key: bytes.key,
  ...(bytes.upload_id === undefined ? {} : { upload_id: bytes.upload_id }),
  created_at: now.toISOString(),
});
