import type { DamageKind } from "./damage.ts";

/**
 * The name of the store that every installation has, as `GET /v2/info/stores` would list it and
 * `OpenStack-image-store-ids` name it. Records that name no store mean this one: they are from before there were names.
 */
export const FIRST_STORE = "s3";

/** Bytes, by the store that has them and their key in it. */
export interface StoredBytes {
  readonly store: string;
  readonly key: string;
}

/** Of no use until an audit has read it and found it right: it is read last, and no copy is made of it. */
export interface DamagedCopy {
  /** ISO 8601. */
  readonly at: string;
  readonly reason: DamageKind;
}

/** Where an image's bytes are. One object belongs to exactly one image. */
export interface Location extends StoredBytes {
  readonly size: number;
  /** The store's own mark of these bytes when they arrived; absent on records of version 1. */
  readonly etag?: string;
  /** A caller said that the data is there: the bytes are not ours, and are deleted by whoever has put them there. */
  readonly registered?: true;
  /** Set by an audit that found this copy damaged while the image has several; cleared by one that finds it right. */
  readonly damaged?: DamagedCopy;
  /** What whoever registered it, or a PATCH, says of it, as the text of a JSON object: shown, and of no meaning here. */
  readonly metadata?: string;
}

/** Whether these bytes are ours, to audit and to delete. */
export const isOwn = ({ registered }: Pick<Location, "registered">): boolean => registered !== true;
