import { createHash } from "node:crypto";

/** Hex, by the names of their algorithms. */
export type Digests = ReadonlyMap<string, string>;

/** Digests of bytes that are given in order, computed at once or beside whoever gives them. */
export interface RunningDigests {
  /** Appends the bytes. Resolves when they may be changed again; the next ones need not wait for that. */
  readonly add: (bytes: Uint8Array) => Promise<void>;
  /** The MD5 of these bytes by themselves, hex: what a store is told of a part. */
  readonly md5Of: (bytes: Uint8Array) => Promise<string>;
  /** Of all that was added; nothing is added any more. */
  readonly digests: () => Promise<Digests>;
  /** Nothing is asked any more. */
  readonly close: () => void;
}

/** Begins digests of these algorithms over `bytes` bytes; over an unknown number where it is undefined. */
export type StartDigests = (algorithms: Iterable<string>, bytes: number | undefined) => RunningDigests;

/** Digests that are computed at once, by whoever gives the bytes. */
export const digestsAtOnce: StartDigests = (algorithms) => {
  const hashes = [...new Set(algorithms)].map((name) => [name, createHash(name)] as const);
  return {
    add: async (bytes) => {
      for (const [, hash] of hashes) hash.update(bytes);
    },
    md5Of: async (bytes) => createHash("md5").update(bytes).digest("hex"),
    digests: async () => new Map(hashes.map(([name, hash]) => [name, hash.digest("hex")])),
    close: () => {},
  };
};
