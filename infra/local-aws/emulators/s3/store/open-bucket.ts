import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { syncFolder } from "../../../lasting-folders.ts";
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
  const objectRecords = await readRecords<KeyRecord | StoredObject>(folders.objects);
  const uploadRecords = await readRecords<UploadRecord>(folders.uploads);
  const keys = objectRecords.whole.map(keyRecord);
  // Which bytes they named nobody knows: none of those that seem to be nobody's may go.
  const mayCollect = objectRecords.broken.length + uploadRecords.broken.length === 0;
  const objects = keys.flatMap(({ versions }) =>
    versions.filter((version): version is StoredObject => !isMarker(version)),
  );
  const completed = new Set(objects.map(({ uploadId }) => uploadId));
  const uploads = new Map<string, Upload>();
  const isCompleted = ({ id }: UploadRecord) => completed.has(id);
  const ended = uploadRecords.whole.filter(isCompleted);
  for (const { id } of ended) await rm(join(folders.uploads, `${id}.json`));
  // For good: once the object is deleted, a record that is back would be that of an upload in progress.
  if (ended.length > 0) await syncFolder(folders.uploads);
  for (const record of uploadRecords.whole)
    if (!isCompleted(record)) uploads.set(record.id, { ...record, parts: new Map() });

  const inObjects = new Set(objects.flatMap(({ parts }) => parts.map(({ file }) => file)));
  const sequences = new Map<Part, number>();
  let nextSequence = 0;
  for (const file of await readdir(folders.data)) {
    if (inObjects.has(file)) continue;
    const named = parsePartName(file);
    const upload = named && uploads.get(named.uploadId);
    if (!named || !upload || (await stat(join(folders.data, file))).size !== named.part.bytes) {
      if (mayCollect) await rm(join(folders.data, file));
      continue;
    }
    const other = upload.parts.get(named.part.number);
    sequences.set(named.part, named.sequence);
    nextSequence = Math.max(nextSequence, named.sequence + 1);
    const newer = other === undefined || (sequences.get(other) ?? 0) < named.sequence;
    if (newer) upload.parts.set(named.part.number, named.part);
    if (other !== undefined) await rm(join(folders.data, newer ? other.file : file));
  }
  return { keys, uploads: [...uploads.values()], nextSequence, brokenRecords: new Set(objectRecords.broken) };
}

/** Records of before there were versions are the object itself. */
const keyRecord = (record: KeyRecord | StoredObject): KeyRecord =>
  "versions" in record ? record : { key: record.key, versions: [record] };

interface Records<Record> {
  readonly whole: readonly Record[];
  /** Names of the files that cannot be read. */
  readonly broken: readonly string[];
}

const isRecord = (value: unknown): boolean =>
  typeof value === "object" && value !== null && typeof (value as { key?: unknown }).key === "string";

/** One broken record must not keep all others from being served: it stays where it is, and the terminal is told. */
async function readRecords<Record>(folder: string): Promise<Records<Record>> {
  const whole: Record[] = [];
  const broken: string[] = [];
  for (const file of await readdir(folder)) {
    const path = join(folder, file);
    const record = parsed(await readFile(path, "utf8"));
    if (isRecord(record)) whole.push(record as Record);
    else {
      broken.push(file);
      process.stderr.write(
        `The record ${path} cannot be read: its object or upload is answered with errors, all others are served. ` +
          "Restore the file from a copy and start again; or delete it, which gives that one up.\n",
      );
    }
  }
  return { whole, broken };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
