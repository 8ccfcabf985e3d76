import { rename } from "node:fs/promises";
import { join } from "node:path";
import { syncFolder } from "../../../lasting-folders.ts";
import { AwsFailure } from "../../aws-failure.ts";
import { requestConflict } from "../condition-failures.ts";
import { internalError } from "../internal-error.ts";
import { type BucketFolders, removeRecord, writeRecord } from "./bucket-folders.ts";
import { DataFiles } from "./data-files.ts";
import { KeyIndex } from "./key-index.ts";
import { KeyedLock } from "./keyed-lock.ts";
import {
  currentObject,
  isMarker,
  type Versions,
  withObject,
  withoutObject,
  withoutVersions,
} from "./object-versions.ts";
import { partName } from "./part-name.ts";
import { recordName } from "./record-name.ts";
import type { KeyRecord, ObjectVersion, Part, StoredObject, Upload, UploadRecord } from "./stored-object.ts";

export interface BucketTraits {
  readonly name: string;
  readonly isVersioned: boolean;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** What a bucket holds, as found on disk. */
export interface BucketContents {
  readonly keys: readonly KeyRecord[];
  readonly uploads: readonly Upload[];
  /** Greater than that of any part on disk. */
  readonly nextSequence: number;
  /** Names of objects' records that cannot be read. */
  readonly brokenRecords: ReadonlySet<string>;
}

/** Throws to refuse a write, given the object that the key has at that moment. */
export type WriteCondition = (existing: StoredObject | undefined) => void;

/**
 * One bucket. The index is in memory, the truth on disk: each change is one rename or one removal of a record,
 * so a crash leaves the old state or the new one, and files that no record names for the next start to collect.
 */
export class BucketStore {
  readonly name: string;
  /** Keys of objects that are there. */
  readonly keys: KeyIndex;
  /** Keys of which there is any version. */
  readonly versionedKeys: KeyIndex;
  readonly files: DataFiles;
  readonly #traits: BucketTraits;
  readonly #folders: BucketFolders;
  readonly #versions: Map<string, Versions>;
  readonly #uploads: Map<string, Upload>;
  readonly #lock = new KeyedLock();
  /** Uploads of which an object is being made. */
  readonly #completing = new Set<string>();
  readonly #brokenRecords: ReadonlySet<string>;
  #sequence: number;

  constructor(traits: BucketTraits, folders: BucketFolders, contents: BucketContents) {
    this.name = traits.name;
    this.#traits = traits;
    this.#brokenRecords = contents.brokenRecords;
    this.#folders = folders;
    this.files = new DataFiles(folders.data);
    this.#versions = new Map(contents.keys.map(({ key, versions }) => [key, versions]));
    this.#uploads = new Map(contents.uploads.map((upload) => [upload.id, upload]));
    this.versionedKeys = new KeyIndex(this.#versions.keys());
    this.keys = new KeyIndex([...this.#versions.keys()].filter((key) => this.object(key) !== undefined));
    this.#sequence = contents.nextSequence;
  }

  /** Where bodies are received. */
  get incoming(): string {
    return this.#folders.incoming;
  }

  /** The object of the key; `InternalError` (500) when its record is broken, as for every other call for it. */
  object(key: string): StoredObject | undefined {
    return currentObject(this.versions(key));
  }

  /** Newest first; empty for a key that holds nothing. */
  versions(key: string): Versions {
    // Not NoSuchKey: whoever misses an object may delete what belongs to it.
    if (this.#brokenRecords.size > 0 && this.#brokenRecords.has(recordName(key))) throw internalError();
    return this.#versions.get(key) ?? [];
  }

  get uploads(): Iterable<Upload> {
    return this.#uploads.values();
  }

  /** The upload in progress of this key; `NoSuchUpload` (404) when there is none, or no longer. */
  upload(id: string, key: string): Upload {
    const upload = this.#uploads.get(id);
    if (upload === undefined || upload.key !== key) {
      throw new AwsFailure(
        "NoSuchUpload",
        "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
        404,
      );
    }
    return upload;
  }

  /**
   * Stores an object whose one data file was received, synced, at `receivedPath`. Durable when it returns. A write with
   * a condition fails with `ConditionalRequestConflict` (409) while another one of the key is under way.
   */
  async put(
    object: StoredObject,
    receivedPath: string,
    condition: WriteCondition | undefined,
  ): Promise<StoredObject> {
    const lock = objectLock(object.key);
    if (condition && this.#lock.isTaken(lock)) throw requestConflict();
    return await this.#lock.run(lock, async () => {
      condition?.(this.object(object.key));
      const [part] = object.parts;
      if (part === undefined) throw new TypeError("an object of a single PUT has one part");
      await rename(receivedPath, join(this.#folders.data, part.file));
      return await this.#replace(object);
    });
  }

  /** Gives the object as it is then to `change` and stores what comes back; its bytes stay where they are. */
  async describe(key: string, change: (object: StoredObject | undefined) => StoredObject): Promise<void> {
    await this.#lock.run(objectLock(key), async () => {
      const object = change(this.object(key));
      await this.#write(key, [object, ...this.versions(key).slice(1)]);
    });
  }

  /**
   * Deletes without naming a version: the object is gone to readers, and those who read it read on to its end. Returns
   * the delete marker that was made, if one was.
   */
  async delete(key: string): Promise<ObjectVersion | undefined> {
    return await this.#lock.run(objectLock(key), async () => {
      const { isVersioned, clock } = this.#traits;
      const versions = withoutObject(this.versions(key), key, isVersioned, clock());
      await this.#write(key, versions);
      return versions[0];
    });
  }

  /** Removes these versions for good, with their bytes; what is below them is current then. Returns the removed. */
  async deleteVersions(
    key: string,
    isRemoved: (version: ObjectVersion) => boolean,
  ): Promise<readonly ObjectVersion[]> {
    return await this.#lock.run(objectLock(key), async () => {
      const removed = this.versions(key).filter(isRemoved);
      if (removed.length > 0) await this.#write(key, withoutVersions(this.versions(key), isRemoved));
      return removed;
    });
  }

  async createUpload(record: UploadRecord): Promise<void> {
    await writeRecord(this.#folders, this.#folders.uploads, `${record.id}.json`, record);
    this.#uploads.set(record.id, { ...record, parts: new Map() });
  }

  /**
   * Takes a part received, synced, at `receivedPath` into its upload, in place of an earlier one of its number. Durable
   * when it returns.
   */
  async addPart(id: string, key: string, part: Omit<Part, "file">, receivedPath: string): Promise<void> {
    await this.#lock.run(uploadLock(id), async () => {
      const upload = this.upload(id, key);
      const file = partName(id, this.#sequence++, part);
      await rename(receivedPath, join(this.#folders.data, file));
      // The earlier one goes only when this one is there for good.
      await syncFolder(this.#folders.data);
      const earlier = upload.parts.get(part.number);
      upload.parts.set(part.number, { ...part, file });
      if (earlier !== undefined) await this.files.remove([earlier]);
    });
  }

  /**
   * Makes the object that `assemble` builds out of the upload's parts, in the time of one small write whatever
   * its size. Other calls for the upload wait, and find it gone; a second Complete with a condition fails with
   * `ConditionalRequestConflict` (409) meanwhile, as it does while the key is written otherwise.
   */
  async complete(
    id: string,
    key: string,
    assemble: (upload: Upload) => Promise<StoredObject>,
    condition: WriteCondition | undefined,
  ): Promise<StoredObject> {
    const isCompleting = this.#completing.has(id) || this.#lock.isTaken(objectLock(key));
    if (condition && isCompleting) throw requestConflict();
    this.#completing.add(id);
    const completed = this.#lock.run(uploadLock(id), async () => {
      const upload = this.upload(id, key);
      const assembled = await assemble(upload);
      const object = await this.#lock.run(objectLock(key), async () => {
        condition?.(this.object(key));
        return await this.#replace(assembled);
      });
      // A crash from here on leaves a record of an upload that an object names: the next start removes it.
      this.#uploads.delete(id);
      await removeRecord(this.#folders.uploads, `${id}.json`);
      const used = new Set(object.parts.map(({ file }) => file));
      await this.files.remove([...upload.parts.values()].filter(({ file }) => !used.has(file)));
      return object;
    });
    return await completed.finally(() => this.#completing.delete(id));
  }

  async abort(id: string, key: string): Promise<void> {
    await this.#lock.run(uploadLock(id), async () => {
      const upload = this.upload(id, key);
      await removeRecord(this.#folders.uploads, `${id}.json`);
      this.#uploads.delete(id);
      await this.files.remove(upload.parts.values());
    });
  }

  async #replace(object: StoredObject): Promise<StoredObject> {
    const { isVersioned, clock } = this.#traits;
    // The names of the bytes first: a record must never outlive them.
    await syncFolder(this.#folders.data);
    const versions = withObject(this.versions(object.key), object, isVersioned, clock());
    await this.#write(object.key, versions);
    return currentObject(versions) ?? object;
  }

  /** Makes these all that the key holds, in one change of its record, and removes the bytes of the others. */
  async #write(key: string, versions: Versions): Promise<void> {
    const before = this.versions(key);
    if (versions.length === 0) {
      if (before.length > 0) await removeRecord(this.#folders.objects, recordName(key));
      this.#versions.delete(key);
      this.versionedKeys.delete(key);
    } else {
      const record: KeyRecord = { key, versions };
      await writeRecord(this.#folders, this.#folders.objects, recordName(key), record);
      this.#versions.set(key, versions);
      this.versionedKeys.add(key);
    }
    if (this.object(key) === undefined) this.keys.delete(key);
    else this.keys.add(key);
    const kept = new Set(versions.flatMap(filesOf));
    await this.files.remove(before.flatMap(partsOf).filter(({ file }) => !kept.has(file)));
  }
}

const partsOf = (version: ObjectVersion): readonly Part[] => (isMarker(version) ? [] : version.parts);
const filesOf = (version: ObjectVersion): readonly string[] => partsOf(version).map(({ file }) => file);

const objectLock = (key: string): string => `object ${key}`;
const uploadLock = (id: string): string => `upload ${id}`;
