import { rename } from "node:fs/promises";
import { join } from "node:path";
import { AwsFailure } from "../../aws-failure.ts";
import { type BucketFolders, removeRecord, syncFolder, writeRecord } from "./bucket-folders.ts";
import { DataFiles } from "./data-files.ts";
import { KeyIndex } from "./key-index.ts";
import { KeyedLock } from "./keyed-lock.ts";
import { partName } from "./part-name.ts";
import { recordName } from "./record-name.ts";
import type { Part, StoredObject, Upload, UploadRecord } from "./stored-object.ts";

/** What a bucket holds, as found on disk. */
export interface BucketContents {
  readonly objects: readonly StoredObject[];
  readonly uploads: readonly Upload[];
  /** Greater than that of any part on disk. */
  readonly nextSequence: number;
}

/** Throws to refuse a write, given the object that the key has at that moment. */
export type WriteCondition = (existing: StoredObject | undefined) => void;

/**
 * One bucket. The index is in memory, the truth on disk: each change is one rename or one removal of a record,
 * so a crash leaves the old state or the new one, and files that no record names for the next start to collect.
 */
export class BucketStore {
  readonly name: string;
  readonly keys: KeyIndex;
  readonly files: DataFiles;
  readonly #folders: BucketFolders;
  readonly #objects: Map<string, StoredObject>;
  readonly #uploads: Map<string, Upload>;
  readonly #lock = new KeyedLock();
  #sequence: number;

  constructor(name: string, folders: BucketFolders, contents: BucketContents) {
    this.name = name;
    this.#folders = folders;
    this.files = new DataFiles(folders.data);
    this.#objects = new Map(contents.objects.map((object) => [object.key, object]));
    this.#uploads = new Map(contents.uploads.map((upload) => [upload.id, upload]));
    this.keys = new KeyIndex(this.#objects.keys());
    this.#sequence = contents.nextSequence;
  }

  /** Where bodies are received. */
  get incoming(): string {
    return this.#folders.incoming;
  }

  object(key: string): StoredObject | undefined {
    return this.#objects.get(key);
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

  /** Stores an object whose one data file was received, synced, at `receivedPath`. Durable when it returns. */
  async put(object: StoredObject, receivedPath: string, condition: WriteCondition): Promise<void> {
    await this.#lock.run(objectLock(object.key), async () => {
      condition(this.#objects.get(object.key));
      const [part] = object.parts;
      if (part === undefined) throw new TypeError("an object of a single PUT has one part");
      await rename(receivedPath, join(this.#folders.data, part.file));
      await this.#replace(object);
    });
  }

  /** Gives the object as it is then to `change` and stores what comes back; its bytes stay where they are. */
  async describe(key: string, change: (object: StoredObject | undefined) => StoredObject): Promise<void> {
    await this.#lock.run(objectLock(key), async () => {
      const object = change(this.#objects.get(key));
      await writeRecord(this.#folders, this.#folders.objects, recordName(key), object);
      this.#objects.set(key, object);
    });
  }

  /** Removes the object if there is one; who reads it reads on to its end. */
  async delete(key: string): Promise<void> {
    await this.#lock.run(objectLock(key), async () => {
      const object = this.#objects.get(key);
      if (object === undefined) return;
      await removeRecord(this.#folders.objects, recordName(key));
      this.#objects.delete(key);
      this.keys.delete(key);
      await this.files.remove(object.parts);
    });
  }

  async createUpload(record: UploadRecord): Promise<void> {
    await writeRecord(this.#folders, this.#folders.uploads, `${record.id}.json`, record);
    this.#uploads.set(record.id, { ...record, parts: new Map() });
  }

  /** Takes a part received, synced, at `receivedPath` into its upload, in place of an earlier one of its number. */
  async addPart(id: string, key: string, part: Omit<Part, "file">, receivedPath: string): Promise<void> {
    await this.#lock.run(uploadLock(id), async () => {
      const upload = this.upload(id, key);
      const file = partName(id, this.#sequence++, part);
      await rename(receivedPath, join(this.#folders.data, file));
      const earlier = upload.parts.get(part.number);
      upload.parts.set(part.number, { ...part, file });
      if (earlier !== undefined) await this.files.remove([earlier]);
    });
  }

  /**
   * Makes the object that `assemble` builds out of the upload's parts, in the time of one small write whatever
   * its size. Other calls for the upload wait, and find it gone.
   */
  async complete(
    id: string,
    key: string,
    assemble: (upload: Upload) => Promise<StoredObject>,
    condition: WriteCondition,
  ): Promise<StoredObject> {
    return await this.#lock.run(uploadLock(id), async () => {
      const upload = this.upload(id, key);
      const object = await assemble(upload);
      await this.#lock.run(objectLock(key), async () => {
        condition(this.#objects.get(key));
        await this.#replace(object);
      });
      // A crash from here on leaves a record of an upload that an object names: the next start removes it.
      this.#uploads.delete(id);
      await removeRecord(this.#folders.uploads, `${id}.json`);
      const used = new Set(object.parts.map(({ file }) => file));
      await this.files.remove([...upload.parts.values()].filter(({ file }) => !used.has(file)));
      return object;
    });
  }

  async abort(id: string, key: string): Promise<void> {
    await this.#lock.run(uploadLock(id), async () => {
      const upload = this.upload(id, key);
      await removeRecord(this.#folders.uploads, `${id}.json`);
      this.#uploads.delete(id);
      await this.files.remove(upload.parts.values());
    });
  }

  async #replace(object: StoredObject): Promise<void> {
    const earlier = this.#objects.get(object.key);
    // The names of the bytes first: a record must never outlive them.
    await syncFolder(this.#folders.data);
    await writeRecord(this.#folders, this.#folders.objects, recordName(object.key), object);
    this.#objects.set(object.key, object);
    this.keys.add(object.key);
    if (earlier !== undefined) await this.files.remove(earlier.parts);
  }
}

const objectLock = (key: string): string => `object ${key}`;
const uploadLock = (id: string): string => `upload ${id}`;
