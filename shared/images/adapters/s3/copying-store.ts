import { type S3Client, UploadPartCopyCommand } from "@aws-sdk/client-s3";
import { MAX_PARTS } from "../../../aws/multipart-limits.ts";
import { eachAtOnce } from "../../../each-at-once.ts";
import { BlobMissing, type BlobStore, BlobStoreFailed } from "../../ports/blob-store.ts";
import type { PresigningStore } from "../../ports/presigning-store.ts";
import { s3BlobStore } from "./blob-store.ts";
import { cannotCopy, copySource, rememberedPlace, rememberPlace } from "./copy-target.ts";
import { translateErrors } from "./translate-errors.ts";

const MIB = 1024 ** 2;
/** Far below the 5 GiB that S3 copies at once, so that several parts of a large object are copied at a time. */
const COPY_PART_BYTES = 512 * MIB;
const PARALLEL = 4;

/**
 * A bucket that copies objects of other buckets inside of S3. It copies from stores that were made here with the same
 * client, when the client's credentials may read there. `partBytes` is for tests.
 */
export function s3CopyingStore(
  client: S3Client,
  Bucket: string,
  { partBytes = COPY_PART_BYTES } = {},
): PresigningStore & Required<Pick<BlobStore, "copyFrom">> {
  const store = s3BlobStore(client, Bucket);

  async function copyParts(from: string, size: number, key: string, uploadId: string) {
    const bytes = Math.max(partBytes, Math.ceil(size / MAX_PARTS / MIB) * MIB);
    const parts: { readonly number: number; readonly etag: string }[] = [];
    const numbers = Array.from({ length: Math.ceil(size / bytes) }, (_, at) => at + 1);
    await eachAtOnce(numbers, PARALLEL, async (number) => {
      const first = (number - 1) * bytes;
      const answer = await client.send(
        new UploadPartCopyCommand({
          ...{ Bucket, Key: key, UploadId: uploadId, PartNumber: number },
          // Without CopySourceIfMatch, which Swift misjudges for objects of parts: keys are written once.
          CopySource: from,
          CopySourceRange: `bytes=${first}-${Math.min(first + bytes, size) - 1}`,
        }),
      );
      parts.push({ number, etag: (answer.CopyPartResult?.ETag ?? "").replaceAll('"', "") });
    });
    return parts.sort((one, other) => one.number - other.number);
  }

  /** Whether S3 could copy it; it says only here what it cannot. */
  async function copied(from: string, size: number, key: string): Promise<boolean> {
    const uploadId = await store.createUpload(key);
    try {
      const parts = await translateErrors("copy an object", () => copyParts(from, size, key, uploadId));
      await store.completeUpload(key, uploadId, parts);
      return true;
    } catch (error) {
      if (cannotCopy(error)) return false;
      throw error;
    } finally {
      // Of use after a failure, and where an object was there already. What it leaves, the reaper finds.
      await store.abortUpload(key, uploadId).catch(() => undefined);
    }
  }

  const copyFrom: Required<BlobStore>["copyFrom"] = async (source, key) => {
    const place = rememberedPlace(source.store);
    if (place?.service !== client) return undefined;
    const found = await source.store.head(source.key);
    if (!found) throw new BlobMissing("There is no such object.");
    const from = copySource(place, source.key);
    // An upload needs a part, and a part of nothing cannot be copied.
    if (found.size === 0) await store.put(key, new Uint8Array());
    else if (!(await copied(from, found.size, key))) return undefined;
    const stored = await store.head(key);
    if (!stored) throw new BlobStoreFailed("The object was deleted while it was copied; try again later.");
    return stored;
  };

  const copying = { ...store, copyFrom };
  rememberPlace(copying, { service: client, bucket: Bucket });
  return copying;
}
