import { createMD5, createSHA512 } from "hash-wasm";
import type { CopyUnderWay } from "../domain/queued-image.ts";

const text = (state: Uint8Array): string => Buffer.from(state).toString("base64");

/** Both hashes of the bytes that are stored, where an earlier run left them; undefined when they cannot be gone on with. */
export async function hashesAt(copy: Pick<CopyUnderWay, "offset" | "md5" | "sha512">) {
  const [md5, sha512] = await Promise.all([createMD5(), createSHA512()]);
  if (copy.offset === 0) {
    md5.init();
    sha512.init();
  } else {
    try {
      md5.load(Buffer.from(copy.md5 ?? "", "base64"));
      sha512.load(Buffer.from(copy.sha512 ?? "", "base64"));
    } catch {
      // Saved by another release of the hash library, which refuses it.
      return undefined;
    }
  }
  return {
    update: (bytes: Uint8Array) => {
      md5.update(bytes);
      sha512.update(bytes);
    },
    state: () => ({ md5: text(md5.save()), sha512: text(sha512.save()) }),
    digests: () => ({ checksum: md5.digest("hex"), os_hash_value: sha512.digest("hex") }),
  };
}
