import { createMD5, createSHA224, createSHA256, createSHA384, createSHA512, type IHasher } from "hash-wasm";
import type { DigestName } from "../../../signatures/signature-algorithms.ts";
import type { HashProgress } from "../../domain/transfer.ts";
import type { ComputedHashes } from "./finish-transfer.ts";

/** Where hashing was left, to go on with in another run. */
export type HashState = Pick<HashProgress, "md5" | "sha512" | "signed">;

/** Both hashes that every image has, and what was signed, of bytes as they come. */
export interface ResumableHashes {
  readonly update: (bytes: Uint8Array) => void;
  readonly state: () => HashState;
  readonly digests: () => ComputedHashes;
}

/** What is computed of a signed image besides the hashes that every image has; SHA-512 is one of those. */
const signedHashers = { sha224: createSHA224, sha256: createSHA256, sha384: createSHA384 } as const;

type Hashers = Readonly<Record<"md5" | "sha512", IHasher>> & { readonly signed?: IHasher };

const text = (hasher: IHasher): string => Buffer.from(hasher.save()).toString("base64");
const load = (hasher: IHasher, state = ""): IHasher => hasher.load(Buffer.from(state, "base64"));

async function hashersFor(signedDigest: DigestName | undefined): Promise<Hashers> {
  const isOther = signedDigest !== undefined && signedDigest !== "sha512";
  const [md5, sha512, signed] = await Promise.all([
    createMD5(),
    createSHA512(),
    isOther ? signedHashers[signedDigest]() : undefined,
  ]);
  return { md5, sha512, ...(signed && { signed }) };
}

function resumable({ md5, sha512, signed }: Hashers, signedDigest: DigestName | undefined): ResumableHashes {
  const all = [md5, sha512, ...(signed ? [signed] : [])];
  return {
    update: (bytes) => {
      for (const hasher of all) hasher.update(bytes);
    },
    state: () => ({ md5: text(md5), sha512: text(sha512), ...(signed && { signed: text(signed) }) }),
    digests: () => {
      const hashes = { checksum: md5.digest("hex"), os_hash_value: sha512.digest("hex") };
      if (signedDigest === undefined) return hashes;
      return { ...hashes, signed: signed ? signed.digest("hex") : hashes.os_hash_value };
    },
  };
}

/** Hashes of nothing yet. */
export async function newHashes(signedDigest?: DigestName): Promise<ResumableHashes> {
  const hashers = await hashersFor(signedDigest);
  for (const hasher of Object.values(hashers)) hasher.init();
  return resumable(hashers, signedDigest);
}

/** Hashes where an earlier run left them; undefined when another release of the hash library saved what this one refuses. */
export async function hashesFrom(
  state: Partial<HashState>,
  signedDigest?: DigestName,
): Promise<ResumableHashes | undefined> {
  const hashers = await hashersFor(signedDigest);
  try {
    load(hashers.md5, state.md5);
    load(hashers.sha512, state.sha512);
    if (hashers.signed) load(hashers.signed, state.signed);
  } catch {
    return undefined;
  }
  return resumable(hashers, signedDigest);
}
