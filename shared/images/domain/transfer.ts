import type { BegunBy } from "../../begun-by.ts";
import type { ImageSignature } from "../../signatures/image-signature.ts";
import { FIRST_STORE, type StoredBytes } from "./location.ts";
import type { SignedParts } from "./signed-parts.ts";

/**
 * One upload attempt of one image to one object key of its own.
 *
 *     open ──► completing ──► complete      the image is active, or saving until its hashes are computed
 *       └────────────┴──────► aborted       the image is queued again, or gone
 */
export type TransferState = "open" | "completing" | "complete" | "aborted";

/** What the uploader says about the bytes when it completes. */
export interface DeclaredContent {
  readonly size: number;
  /** MD5, hex. */
  readonly checksum?: string;
  /** SHA-512, hex. */
  readonly os_hash_value?: string;
}

/** How an attempt failed, for whoever asks again. */
export interface TransferFailure {
  readonly code: number;
  readonly message: string;
}

/** What the bytes must be verified by before the image is active; the certificate was found good when it was put here. */
export interface TransferSignature extends ImageSignature {
  /** The signer's, DER, base64. */
  readonly certificate: string;
  /** Those that came with it, where the caller's login decides who finds them. */
  readonly others?: readonly string[];
}

/** Where the hashing of the stored object stands; the states are hash-wasm's, base64. */
export interface HashProgress {
  readonly offset: number;
  readonly md5: string;
  readonly sha512: string;
  /** The digest that was signed, where it is none of these. */
  readonly signed?: string;
  /** The object's, as far as it was read: another object under the same key is read from its beginning. */
  readonly etag?: string;
}

/** Bytes that the service itself brings from one of an image's places to another. */
export interface StoreCopy {
  /** Where they come from. */
  readonly from: StoredBytes;
  /** Damaged bytes of the same store, whose place the copy takes. */
  readonly replaces?: StoredBytes;
  /** The copy is not what is recorded: whether its source is, is being read now. */
  readonly suspected?: true;
}

/** The run that has a copy in hand. */
export interface Hold {
  readonly by: string;
  /** ISO 8601: a run that does not say so again by then was killed. */
  readonly until: string;
}

export interface Transfer {
  readonly id: string;
  readonly image_id: string;
  readonly revision: number;
  readonly state: TransferState;
  readonly key: string;
  /** The store that all of it goes to; absent where no stores are named, and before there were names. */
  readonly store?: string;
  /**
   * The store that is to have the image, where clients cannot send bytes to it: they are brought there from `store` when
   * all have come, before the image is active.
   */
  readonly place_in?: string;
  /** S3's multipart upload; absent when the bytes come in one put. */
  readonly upload_id?: string;
  /** The bytes are staged for an import instead of becoming the image's data. */
  readonly stage?: boolean;
  /** A copy of data that the image has already, which no caller brings; its image goes on as it is meanwhile. */
  readonly copy?: StoreCopy;
  /** The import that it is a part of: the service's own work, which no caller sees. Its run ends it. */
  readonly import?: { readonly task_id: string };
  /** Of what the service itself brings: a copy, or an upload on its way into a folder. */
  readonly hold?: Hold;
  /** Nothing is sent: the bytes are at a URL, their key, that somebody registered, and are only read and hashed. */
  readonly registered?: true;
  /** Announced bytes; null when unknown. */
  readonly size: number | null;
  /** Recommended bytes of a part; null when the size is unknown. */
  readonly part_size: number | null;
  /** SHA-256, hex, of the transfer token: the token itself is stored nowhere. */
  readonly token_hash: string;
  readonly lease_seconds: number;
  /** ISO 8601: when it counts as dead unless it is used again. */
  readonly expires_at: string;
  /** ISO 8601: no use extends its life beyond this. */
  readonly latest_expiry: string;
  readonly created_at: string;
  /** Which parts have URLs; absent before the first one. */
  readonly signed?: SignedParts;
  /** Whose login opened it; absent in attempts of before that was remembered. */
  readonly begun_by?: BegunBy;
  readonly statement?: DeclaredContent;
  /** Absent of an image without a signature, and until one is known. */
  readonly signature?: TransferSignature;
  readonly failure?: TransferFailure;
  readonly hashing?: HashProgress;
  /** Whether the server has read all bytes and compared the hashes. */
  readonly verified?: boolean;
}

/** No token has this hash: nobody but the service works on such a transfer. */
export const NOBODYS_TOKEN_HASH = "0".repeat(64);

/** Where the bytes of a transfer are, or will be. */
export const bytesOfTransfer = ({
  store = FIRST_STORE,
  key,
}: Pick<Transfer, "store" | "key">): StoredBytes => ({
  store,
  key,
});

/** Where bytes are brought that clients could not send there, by an upload that is the transfer's own. */
export const placeOfUpload = ({
  id,
  image_id,
  place_in: store,
}: Pick<Transfer, "id" | "image_id" | "place_in">):
  | (StoredBytes & { readonly upload_id: string })
  | undefined => (store === undefined ? undefined : { store, key: image_id, upload_id: id });

export const hasEnded = (transfer: Transfer): boolean =>
  transfer.state === "complete" || transfer.state === "aborted";

/** A transfer that signs no more keeps no record of it, which is the largest part of one cut unevenly. */
export const withoutSigned = ({ signed, ...transfer }: Transfer): Transfer => transfer;

/** A live attempt keeps others out. One that is completing lives on until it is resolved. */
export const isAlive = (transfer: Transfer, now: Date): boolean =>
  transfer.state === "completing" || (transfer.state === "open" && transfer.expires_at > now.toISOString());

/** The expiry that a use at `now` gives: sliding, bounded by `latest_expiry`. */
export const renewedExpiry = (transfer: Transfer, now: Date): string =>
  new Date(
    Math.min(now.getTime() + transfer.lease_seconds * 1000, Date.parse(transfer.latest_expiry)),
  ).toISOString();
