import { createHash } from "node:crypto";
import { type BlobStore, BlobStoreFailed } from "../../ports/blob-store.ts";
import type { CopyTarget } from "../../ports/copy-target.ts";
import { allParts } from "./all-parts.ts";

/** A part reads as other bytes than were brought. */
export class PartSpoilt extends BlobStoreFailed {}

/**
 * A placed upload, of which each part that is read whole must have the MD5 that it had when it was brought: where nobody
 * stated hashes there is nothing else to compare it with. The upload is not forgotten yet. A read throws PartSpoilt.
 */
export async function placedParts(
  target: BlobStore & CopyTarget,
  { key, upload_id }: { readonly key: string; readonly upload_id: string },
  partBytes: number,
): Promise<Pick<BlobStore, "head" | "read">> {
  const parts = new Map((await allParts(target, key, upload_id)).map((part) => [part.number, part]));
  return {
    head: target.head,
    read: async (name, offset, length) => {
      const bytes = await target.read(name, offset, length);
      const part = parts.get(offset / partBytes + 1);
      const isWhole = part !== undefined && part.size === bytes.length;
      if (isWhole && createHash("md5").update(bytes).digest("hex") !== part.etag)
        throw new PartSpoilt(`The store has spoilt the part ${part.number} of what was brought there.`);
      return bytes;
    },
  };
}
