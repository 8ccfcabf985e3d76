import { createHash, randomUUID } from "node:crypto";
import { exactBytes } from "../../../shared/images/adapters/streams/exact-bytes.ts";
import { BlobMissing, BlobStoreFailed } from "../../../shared/images/ports/blob-store.ts";
import type { CopyTarget } from "../../../shared/images/ports/copy-target.ts";
import type { DeletedBlobs } from "../../../shared/images/ports/deleted-blobs.ts";
import {
  PartsRefused,
  type PresigningStore,
  type StoredPart,
  UploadGone,
} from "../../../shared/images/ports/presigning-store.ts";

/** Between these copies need not come through whoever asks for them. */
const inMemory = new WeakSet<object>();
const CHUNK_BYTES = 64 * 1024;

interface Upload {
  readonly key: string;
  readonly parts: Map<number, Uint8Array>;
}

const md5 = (bytes: Uint8Array): string => createHash("md5").update(bytes).digest("hex");

/** Image bytes in memory. `putPart` stands for the PUT that a client makes to a signed URL. */
export function memoryBlobStore() {
  const objects = new Map<string, Uint8Array>();
  const uploads = new Map<string, Upload>();
  /** What was deleted and can be brought back. */
  const kept = new Map<string, Uint8Array>();

  const existing = (key: string): Uint8Array => {
    const bytes = objects.get(key);
    if (!bytes) throw new BlobMissing(key);
    return bytes;
  };
  const uploadOf = (key: string, uploadId: string): Upload => {
    const upload = uploads.get(uploadId);
    if (upload?.key !== key) throw new UploadGone(key);
    return upload;
  };
  const described = (number: number, bytes: Uint8Array): StoredPart => ({
    number,
    size: bytes.length,
    etag: md5(bytes),
  });
  const partsOf = (upload: Upload): StoredPart[] =>
    [...upload.parts]
      .sort(([one], [other]) => one - other)
      .map(([number, bytes]) => described(number, bytes));

  const store: PresigningStore & CopyTarget = {
    canCopyFrom: (source) => inMemory.has(source),
    copyPart: async (source, { key, uploadId, number }, { offset, length }) => {
      if (!inMemory.has(source.store)) return false;
      const bytes = await source.store.read(source.key, offset, length);
      uploadOf(key, uploadId).parts.set(number, Buffer.from(bytes));
      return true;
    },
    sendPart: async (key, uploadId, number, bytes, _, known) => {
      if (known !== undefined && known !== md5(bytes)) throw new BlobStoreFailed("BadDigest");
      // Whoever sends it uses the memory again.
      uploadOf(key, uploadId).parts.set(number, Buffer.from(bytes));
      return md5(bytes);
    },
    createUpload: async (key) => {
      const id = randomUUID();
      uploads.set(id, { key, parts: new Map() });
      return id;
    },
    signPart: async (key, uploadId, number, size) => `memory:${key}?${uploadId}&${number}&${size}`,
    listParts: async (key, uploadId, after = 0) => {
      const parts = partsOf(uploadOf(key, uploadId)).filter(({ number }) => number > after);
      const last = parts[999]?.number;
      return parts.length > 1000 && last !== undefined
        ? { parts: parts.slice(0, 1000), next: last }
        : { parts };
    },
    completeUpload: async (key, uploadId, parts) => {
      const upload = uploadOf(key, uploadId);
      // S3's API reference, CompleteMultipartUpload: a list without parts is MalformedXML.
      if (parts.length === 0) throw new Error("MalformedXML");
      const chosen = parts.map(({ number, etag }) => {
        const bytes = upload.parts.get(number);
        if (!bytes || md5(bytes) !== etag) throw new PartsRefused(`part ${number}`);
        return bytes;
      });
      uploads.delete(uploadId);
      if (!objects.has(key)) objects.set(key, Buffer.concat(chosen));
    },
    abortUpload: async (key, uploadId) => {
      if (uploads.get(uploadId)?.key === key) uploads.delete(uploadId);
    },
    put: async (key, bytes) => {
      const stored = objects.get(key) ?? bytes;
      objects.set(key, stored);
      return md5(stored);
    },
    head: async (key) => {
      const bytes = objects.get(key);
      return bytes && { size: bytes.length, etag: md5(bytes) };
    },
    write: async (key, bytes, size) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of exactBytes(bytes, size)) chunks.push(chunk);
      const stored = objects.get(key) ?? Buffer.concat(chunks);
      objects.set(key, stored);
      return { size: stored.length, etag: md5(stored) };
    },
    read: async (key, offset, length) => existing(key).subarray(offset, offset + length),
    readStream: async function* (key, { offset = 0, length = Number.POSITIVE_INFINITY } = {}) {
      const bytes = existing(key);
      for (let at = offset; at < Math.min(bytes.length, offset + length); at += CHUNK_BYTES)
        yield bytes.subarray(at, Math.min(at + CHUNK_BYTES, offset + length));
    },
    signDownload: async (key) => `memory:${key}`,
    delete: async (key) => {
      const bytes = objects.get(key);
      if (bytes) kept.set(key, bytes);
      objects.delete(key);
    },
  };

  inMemory.add(store);

  const deletedBlobs: DeletedBlobs = {
    bringBack: async (key) => {
      const bytes = objects.get(key) ?? kept.get(key);
      if (bytes) objects.set(key, bytes);
      kept.delete(key);
      return bytes && { size: bytes.length, etag: md5(bytes) };
    },
  };

  const putPart = (url: string, bytes: Uint8Array): void => {
    const [key = "", query = ""] = url.slice("memory:".length).split("?");
    const [uploadId = "", number, size] = query.split("&");
    if (bytes.length !== Number(size)) throw new Error("signed for another length");
    uploadOf(key, uploadId).parts.set(Number(number), bytes);
  };
  return { store, deletedBlobs, objects, kept, uploads, putPart };
}
