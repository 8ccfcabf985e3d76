import { createHash } from "node:crypto";

/**
 * A mark of the stored parts, from that of those before and the ETag of the next one: of fixed length, however many
 * there are, and another one as soon as any part is.
 */
export const marked = (before: string | undefined, etag: string): string =>
  createHash("sha256")
    .update(`${before ?? ""} ${etag}`)
    .digest("base64");

/** The mark of all these ETags, in their order. */
export const markOf = (etags: readonly string[]): string | undefined =>
  etags.reduce<string | undefined>(marked, undefined);
