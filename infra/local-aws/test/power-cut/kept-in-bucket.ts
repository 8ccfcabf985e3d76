import { createHash } from "node:crypto";
import {
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  ListPartsCommand,
  type S3Client,
} from "@aws-sdk/client-s3";

/** ETags that these bytes may have: as an object of a single PUT or a part, and as the one part of an object. */
export function etagsOf(bytes: Buffer): readonly string[] {
  const hash = createHash("md5").update(bytes).digest();
  return [`"${hash.toString("hex")}"`, `"${createHash("md5").update(hash).digest("hex")}-1"`];
}

/**
 * What a bucket holds, under keys with this beginning, by `bucket/key`: a line for each version, for each upload and for each part. Throws for an object
 * whose bytes are not those of its ETag; those of versions that are not current nobody can ask for.
 */
export async function keptIn(
  client: S3Client,
  Bucket: string,
  Prefix = "",
): Promise<ReadonlyMap<string, string>> {
  const lines = new Map<string, string[]>();
  const note = (key: string | undefined, line: string) => {
    const subject = `${Bucket}/${key}`;
    lines.set(subject, [...(lines.get(subject) ?? []), line]);
  };
  const { Versions = [], DeleteMarkers = [] } = await client.send(
    new ListObjectVersionsCommand({ Bucket, Prefix }),
  );
  for (const { Key, VersionId, ETag, Size, IsLatest } of Versions) {
    const current = { Bucket, Key };
    const { Body, Metadata } = IsLatest ? await client.send(new GetObjectCommand(current)) : {};
    const { TagSet = [] } = IsLatest ? await client.send(new GetObjectTaggingCommand(current)) : {};
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
    if (IsLatest && (bytes.length !== Size || !etagsOf(bytes).includes(ETag ?? "")))
      throw new Error(`${Bucket}/${Key}: ${bytes.length} bytes are not those of ${ETag}`);
    note(Key, `version ${[VersionId, IsLatest, ETag, JSON.stringify([Metadata, TagSet])].join(" ")}`);
  }
  for (const { Key, VersionId, IsLatest } of DeleteMarkers) note(Key, `marker ${VersionId} ${IsLatest}`);
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix }));
  for (const { Key, UploadId } of Uploads) {
    note(Key, `upload ${UploadId}`);
    const { Parts = [] } = await client.send(new ListPartsCommand({ Bucket, Key, UploadId }));
    for (const { PartNumber, Size, ETag } of Parts) note(Key, `part ${PartNumber} ${Size} ${ETag}`);
  }
  return new Map([...lines].map(([subject, found]) => [subject, found.join("\n")]));
}
