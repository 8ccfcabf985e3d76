import { createMD5, createSHA512 } from "hash-wasm";
import type { PartMd5 } from "./put-part.ts";

/** Small enough that hashing one leaves the page responsive (some 10 ms), large enough to be read quickly. */
const SLICE_BYTES = 1024 * 1024;

export interface FileHashes {
  /** Hashes the next part of the file: parts must come in order, one at a time. */
  next(part: Blob, signal: AbortSignal): Promise<PartMd5>;
  /** Hashes of all parts, hex. Ends the hashing. */
  whole(): { readonly md5: string; readonly sha512: string };
}

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

/** MD5 of each part, MD5 and SHA-512 of all of them, with one slice in memory at a time. */
export async function createFileHashes(): Promise<FileHashes> {
  const [part, md5, sha512] = await Promise.all([createMD5(), createMD5(), createSHA512()]);
  return {
    next: async (blob, signal) => {
      part.init();
      for (let at = 0; at < blob.size; at += SLICE_BYTES) {
        signal.throwIfAborted();
        const bytes = new Uint8Array(await blob.slice(at, at + SLICE_BYTES).arrayBuffer());
        for (const hash of [part, md5, sha512]) hash.update(bytes);
      }
      const digest = part.digest("binary");
      return { hex: hex(digest), base64: base64(digest) };
    },
    whole: () => ({ md5: md5.digest("hex"), sha512: sha512.digest("hex") }),
  };
}

const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
