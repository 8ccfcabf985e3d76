import { isSameBytes } from "./image.ts";
import { FIRST_STORE, type StoredBytes } from "./location.ts";
import { imageNamedBy } from "./object-key.ts";
import { placeOfUpload, type Transfer } from "./transfer.ts";

/** Bytes that nobody refers to any more; written in the transaction that cut them loose. */
export interface Deletion extends StoredBytes {
  /**
   * Sorts by time: `<created_at>#<key>`, and `#<store>` behind it for all but the first store: copies share a key. Last
   * comes the etag, if there is one.
   */
  readonly id: string;
  readonly image_id: string;
  /**
   * Of a key that is used again: which bytes are meant, and no others that have come there since. Of an attempt that has
   * none yet it is the upload, whose abortion deletes what it has become.
   */
  readonly etag?: string;
  /** A multipart upload to abort. */
  readonly upload_id?: string;
  readonly created_at: string;
  /** ISO 8601: until then a run is at work on it, and every other leaves it alone. */
  readonly claimed_until?: string;
}

/** Instead of an etag, where nothing is known of the bytes. */
const NO_MARK = "none";

/** Whether it says which bytes of a key that is used again are meant. Without that none are to be deleted, in any store. */
export const saysWhichBytes = ({ etag }: Pick<Deletion, "etag">): boolean => etag !== NO_MARK;

const storeName = (store = FIRST_STORE): string[] => (store === FIRST_STORE ? [] : [store]);

/** The record for an attempt's bytes: its object if it got that far, its multipart upload if not. */
export const deletionOf = (
  bytes: Omit<StoredBytes, "store"> & {
    /** Absent: the first store. */
    readonly store?: string;
    readonly image_id: string;
    /** Needed where the key is used again, and not kept elsewhere. */
    readonly etag?: string;
    readonly upload_id?: string;
  },
  now: Date,
): Deletion => {
  const { image_id, store, key, upload_id } = bytes;
  // Of bytes without any mark nothing is deleted: the orphan pass finds them, and their mark.
  const etag = imageNamedBy(key) === undefined ? [] : [bytes.etag ?? upload_id ?? NO_MARK];
  return {
    id: [now.toISOString(), key, ...storeName(store), ...etag].join("#"),
    ...{ image_id, store: store ?? FIRST_STORE, key },
    ...(etag[0] !== undefined && { etag: etag[0] }),
    ...(upload_id !== undefined && { upload_id }),
    created_at: now.toISOString(),
  };
};

/** What names an image's bytes in their deletion. */
export const bytesToDelete = ({
  store,
  key,
  etag,
}: StoredBytes & { readonly etag?: string }): StoredBytes & { readonly etag?: string } => ({
  ...{ store, key },
  ...(etag !== undefined && { etag }),
});

/** The records for all that an attempt has brought, wherever it is: nothing of a registered URL, whose bytes are not ours. */
export function deletionsOfAttempt(transfer: Transfer, now: Date): Deletion[] {
  if (transfer.registered) return [];
  const placed = placeOfUpload(transfer);
  return [transfer, ...(placed ? [{ image_id: transfer.image_id, ...placed }] : [])].map((bytes) =>
    deletionOf(bytes, now),
  );
}

/** Whether a deletion is of these very bytes, and not of others that have had the same key. */
export const isDeletionOf = (
  deletion: Deletion,
  bytes: StoredBytes & { readonly etag?: string | undefined },
): boolean =>
  isSameBytes(deletion, bytes) &&
  (deletion.etag === undefined || bytes.etag === undefined || deletion.etag === bytes.etag);
