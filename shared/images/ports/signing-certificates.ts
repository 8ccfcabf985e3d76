import type { X509Certificate } from "node:crypto";

/** Certificates of those who sign images, and of those who are trusted to vouch for them. */
export interface SigningCertificates {
  /**
   * The certificate that an image names, in PEM or DER, with those between it and an anchor behind it in PEM; undefined
   * when there is none of that id, or none that the caller may read. Throws when the key manager cannot be asked now.
   */
  find(id: string): Promise<Uint8Array | undefined>;
  /**
   * Of a key manager where callers find only what they may read by their login: whether there is one. An upload keeps what
   * was found there, as the requests that end it may come without. Absent where everybody finds the same.
   */
  readonly byLogin?: { readonly hasLogin: boolean } | undefined;
  /** One of these must be the signer's own certificate, or one that it leads to. */
  anchors(): readonly X509Certificate[];
}
