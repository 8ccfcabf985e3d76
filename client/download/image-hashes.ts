import { getHashes } from "node:crypto";
import { DataMismatch } from "../command-line/failures.ts";
import { type HashThread, startHashThread } from "../machine/hash-thread.ts";
import type { Image } from "../openstack/image-service.ts";

export interface Expectation {
  readonly algorithm: string;
  /** Hex. */
  readonly value: string;
}

/** The hashes of an image's record. */
type Recorded = Pick<Image, "os_hash_algo" | "os_hash_value" | "checksum">;

/** Python's names of algorithms, which `os_hash_algo` has (hashlib), where OpenSSL has another one. */
const openSslNames: ReadonlyMap<string, string> = new Map([
  ["blake2b", "blake2b512"],
  ["blake2s", "blake2s256"],
  ["sha3_224", "sha3-224"],
  ["sha3_256", "sha3-256"],
  ["sha3_384", "sha3-384"],
  ["sha3_512", "sha3-512"],
]);

/**
 * The strongest hash of an image's record: os_hash_value, else the MD5 checksum; undefined when it has none. Throws Error
 * for an algorithm that cannot be computed here: the weaker MD5 in its place would be no proof.
 */
export function expectationOf(image: Recorded): Expectation | undefined {
  const { os_hash_algo: named, os_hash_value: value, checksum } = image;
  if (named && value) {
    const algorithm = openSslNames.get(named) ?? named;
    if (getHashes().includes(algorithm)) return { algorithm, value: value.toLowerCase() };
    throw new Error(`the image's hash algorithm ${named} is not supported: its data cannot be verified`);
  }
  return checksum ? { algorithm: "md5", value: checksum.toLowerCase() } : undefined;
}

/** Hashes data as it comes and compares it with an image's record. */
export class ImageHash {
  readonly #expected: Expectation | undefined;
  readonly #thread: HashThread;

  constructor(image: Recorded) {
    this.#expected = expectationOf(image);
    this.#thread = startHashThread(this.#expected?.algorithm ?? "sha512");
  }

  /** Resolves when the buffer may be changed again. One over shared memory is not copied. */
  update(bytes: Uint8Array): Promise<void> {
    return this.#thread.update(bytes, false).taken;
  }

  /** Throws DataMismatch. `what` begins the sentence. */
  async compare(what: string): Promise<{ readonly algorithm: string | null; readonly value: string }> {
    const value = await this.#thread.digest();
    const expected = this.#expected;
    if (expected && value !== expected.value) {
      throw new DataMismatch(
        `${what} is not the image: its ${expected.algorithm} is ${value}, recorded is ${expected.value}`,
      );
    }
    return { algorithm: expected?.algorithm ?? null, value };
  }

  close(): void {
    this.#thread.close();
  }
}
