import type { PresigningStore, StoredPart } from "../../ports/presigning-store.ts";

/** All stored parts of an upload, by number. Throws UploadGone. */
export async function allParts(
  blobs: Pick<PresigningStore, "listParts">,
  key: string,
  uploadId: string,
): Promise<StoredPart[]> {
  const parts: StoredPart[] = [];
  let after: number | undefined;
  do {
    const page = await blobs.listParts(key, uploadId, after);
    parts.push(...page.parts);
    after = page.next;
  } while (after !== undefined);
  return parts;
}
