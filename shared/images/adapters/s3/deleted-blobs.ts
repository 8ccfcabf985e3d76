import { DeleteObjectCommand, ListObjectVersionsCommand, type S3Client } from "@aws-sdk/client-s3";
import { BlobStoreFailed } from "../../ports/blob-store.ts";
import type { DeletedBlobs } from "../../ports/deleted-blobs.ts";

/** Whoever deletes again and again while we look has the last word. */
const ROUNDS = 3;

/**
 * What S3's versioning keeps: a deletion only puts a delete marker over the object, and whoever removes the marker has
 * the object back at once, whatever its size (S3 user guide, "Managing delete markers"). Keys are written once, so
 * that there is one version of an object, and a marker for each time that it was deleted.
 */
export function s3DeletedBlobs(client: S3Client, Bucket: string): DeletedBlobs {
  /** Markers and versions of exactly this key: others may begin like it. */
  const versionsOf = async (key: string) => {
    const answer = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix: key }));
    const isOfKey = ({ Key }: { Key?: string | undefined }) => Key === key;
    return {
      markers: (answer.DeleteMarkers ?? []).filter(isOfKey),
      version: (answer.Versions ?? []).find(isOfKey),
    };
  };
  const bringBack: DeletedBlobs["bringBack"] = async (key) => {
    for (let round = 1; ; round++) {
      const { markers, version } = await versionsOf(key);
      if (version === undefined) return undefined;
      // Looked at once more after the markers are gone: the version might have expired in between.
      if (markers.length === 0) {
        const { Size: size = 0, ETag = "", LastModified } = version;
        const etag = ETag.replaceAll('"', "");
        return { size, etag, ...(LastModified && { modifiedAt: LastModified.toISOString() }) };
      }
      if (round > ROUNDS) throw new Error(`${key} is deleted again and again`);
      for (const { VersionId } of markers) {
        // Without an id this would be a deletion. With one it removes that marker: no version has its id.
        if (VersionId === undefined) throw new Error(`S3 gave no version id for a delete marker of ${key}`);
        await client.send(new DeleteObjectCommand({ Bucket, Key: key, VersionId }));
      }
    }
  };
  return {
    bringBack: (key) =>
      bringBack(key).catch((cause: unknown) => {
        throw new BlobStoreFailed("The image store does not answer as it should; try again later.", {
          cause,
        });
      }),
  };
}
