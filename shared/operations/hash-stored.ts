import { createMD5, createSHA512, type IHasher } from "hash-wasm";
import type { HashProgress, Transfer } from "../domain/transfer.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import type { ComputedHashes } from "./finish-transfer.ts";

/** How often the state is kept while reading, so that a killed worker repeats little. */
const SAVE_EVERY_BYTES = 2 * 1024 ** 3;
const MAX_READ_FAILURES = 5;

export interface HashingBudget {
  /** Whether there is time to go on. */
  readonly hasTime: () => boolean;
  /** Keeps how far it has come. */
  readonly save: (progress: HashProgress) => Promise<void>;
}

const text = (hasher: IHasher): string => Buffer.from(hasher.save()).toString("base64");

/**
 * Reads an object once, from where an earlier run stopped, and computes both hashes. Undefined when time ran out
 * first; how far it came has been saved then. A connection that breaks is taken up at the same byte.
 */
export async function hashStored(
  blobs: Pick<BlobStore, "stream">,
  transfer: Pick<Transfer, "key" | "hashing">,
  size: number,
  { hasTime, save }: HashingBudget,
): Promise<ComputedHashes | undefined> {
  const [md5, sha512] = await Promise.all([createMD5(), createSHA512()]);
  let offset = transfer.hashing?.offset ?? 0;
  if (transfer.hashing) {
    md5.load(Buffer.from(transfer.hashing.md5, "base64"));
    sha512.load(Buffer.from(transfer.hashing.sha512, "base64"));
  } else {
    md5.init();
    sha512.init();
  }
  const progress = (): HashProgress => ({ offset, md5: text(md5), sha512: text(sha512) });

  let saved = offset;
  for (let failures = 0; offset < size; ) {
    const began = offset;
    try {
      for await (const chunk of blobs.stream(transfer.key, offset)) {
        md5.update(chunk);
        sha512.update(chunk);
        offset += chunk.length;
        if (!hasTime() && offset < size) {
          await save(progress());
          return undefined;
        }
        if (offset - saved >= SAVE_EVERY_BYTES) {
          saved = offset;
          await save(progress());
        }
      }
    } catch (error) {
      failures = offset > began ? 1 : failures + 1;
      if (failures >= MAX_READ_FAILURES) throw error;
    }
  }
  return { checksum: md5.digest("hex"), os_hash_value: sha512.digest("hex") };
}
