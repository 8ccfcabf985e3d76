import { getHashes } from "node:crypto";
import type { Image } from "../openstack/image-service.ts";
import { DataMismatch } from "../terminal/exit-codes.ts";
import { type HashThread, startHashThread } from "../upload/hash-thread.ts";

export interface Expectation {
  readonly algorithm: string;
  /** Hex. */
  readonly value: string;
}

/** The strongest hash of an image's record: os_hash_value, else the MD5 checksum; undefined when it has none. */
export function expectationOf(image: Image): Expectation | undefined {
  const { os_hash_algo: algorithm, os_hash_value: value, checksum } = image;
  if (algorithm && value && getHashes().includes(algorithm)) return { algorithm, value: value.toLowerCase() };
  return checksum ? { algorithm: "md5", value: checksum.toLowerCase() } : undefined;
}

/** Hashes data as it comes and compares it with an image's record. */
export class ImageHash {
  readonly #expected: Expectation | undefined;
  readonly #thread: HashThread;

  constructor(image: Image) {
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
