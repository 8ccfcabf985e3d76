import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { type BucketFolders, openBucketFolders } from "./bucket-folders.ts";
import { type BucketContents, BucketStore, type BucketTraits } from "./bucket-store.ts";
import { isMarker } from "./object-versions.ts";
import { parsePartName } from "./part-name.ts";
import type { KeyRecord, Part, StoredObject, Upload, UploadRecord } from "./stored-object.ts";

/**
 * Opens a bucket's folder, makes it when it is missing, and clears away what a crash left: half-received files,
 * uploads whose Complete was done but for the clearing up, data files that nothing names.
 */
export async function openBucket(directory: string, traits: BucketTraits): Promise<BucketStore> {
  const folders = await openBucketFolders(directory, traits.name);
  for (const file of await readdir(folders.incoming)) await rm(join(folders.incoming, file));
  return new BucketStore(traits, folders, await recover(folders));
}

async function recover(folders: BucketFolders): Promise<BucketContents> {
  const keys = (await readRecords<KeyRecord | StoredObject>(folders.objects)).map(keyRecord);
  const objects = keys.flatMap(({ versions }) =>
    versions.filter((version): version is StoredObject => !isMarker(version)),
  );
  const completed = new Set(objects.map(({ uploadId }) => uploadId));
  const uploads = new Map<string, Upload>();
  for (const record of await readRecords<UploadRecord>(folders.uploads)) {
    if (completed.has(record.id)) await rm(join(folders.uploads, `${record.id}.json`));
    else uploads.set(record.id, { ...record, parts: new Map() });
  }

  const inObjects = new Set(objects.flatMap(({ parts }) => parts.map(({ file }) => file)));
  const sequences = new Map<Part, number>();
  let nextSequence = 0;
  for (const file of await readdir(folders.data)) {
    if (inObjects.has(file)) continue;
    const named = parsePartName(file);
    const upload = named && uploads.get(named.uploadId);
    if (!named || !upload || (await stat(join(folders.data, file))).size !== named.part.bytes) {
      await rm(join(folders.data, file));
      continue;
    }
    const other = upload.parts.get(named.part.number);
    sequences.set(named.part, named.sequence);
    nextSequence = Math.max(nextSequence, named.sequence + 1);
    const newer = other === undefined || (sequences.get(other) ?? 0) < named.sequence;
    if (newer) upload.parts.set(named.part.number, named.part);
    if (other !== undefined) await rm(join(folders.data, newer ? other.file : file));
  }
  return { keys, uploads: [...uploads.values()], nextSequence };
}

/** Records of before there were versions are the object itself. */
const keyRecord = (record: KeyRecord | StoredObject): KeyRecord =>
  "versions" in record ? record : { key: record.key, versions: [record] };

async function readRecords<Record>(folder: string): Promise<Record[]> {
  const records: Record[] = [];
  for (const file of await readdir(folder)) {
    const path = join(folder, file);
    try {
      records.push(JSON.parse(await readFile(path, "utf8")));
    } catch (cause) {
      // Going on without it would collect its bytes as garbage.
      throw new Error(`the S3 emulator cannot read its record ${path}`, { cause });
    }
  }
  return records;
}
