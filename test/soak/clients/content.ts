import { createCipheriv, createHash } from "node:crypto";
import type { Random } from "../plan/random.ts";

/** Bytes that need not be kept: a seed and a size say all of them. */
export interface Content {
  readonly seed: number;
  readonly size: number;
}

export interface Hashes {
  readonly size: number;
  readonly md5: string;
  readonly sha512: string;
}

const KIB = 1024;
const MIB = KIB ** 2;
const CHUNK = 256 * KIB;

export const keyOf = ({ seed, size }: Content): string => `${seed}:${size}`;
export function contentOf(key: string): Content {
  const [seed = 0, size = 0] = key.split(":").map(Number);
  return { seed, size };
}

/** Mostly small; now and then hundreds of MiB, where `most` allows it. */
export function drawContent(random: Random, most: number): Content {
  const seed = random.below(2 ** 30);
  const size = {
    nothing: () => 0,
    small: () => 1 + random.below(64 * KIB),
    middle: () => 64 * KIB + random.below(5 * MIB),
    parts: () => 5 * MIB + random.below(30 * MIB),
    large: () => 40 * MIB + random.below(260 * MIB),
  }[random.weighed({ nothing: 2, small: 50, middle: 30, parts: 13, large: 2 })]();
  return { seed, size: Math.min(size, most) };
}

/** The bytes from `from` up to, and without, `to`. */
export function* bytesOf({ seed, size }: Content, from = 0, to = size): Generator<Buffer> {
  const block = Buffer.alloc(16);
  block.writeBigUInt64BE(BigInt(Math.floor(from / 16)), 8);
  const cipher = createCipheriv("aes-128-ctr", createHash("md5").update(`${seed}`).digest(), block);
  cipher.update(Buffer.alloc(from % 16));
  const zeros = Buffer.alloc(CHUNK);
  for (let at = from; at < to; at += CHUNK) yield cipher.update(zeros.subarray(0, Math.min(CHUNK, to - at)));
}

export const wholeOf = (content: Content, from = 0, to = content.size): Buffer =>
  Buffer.concat([...bytesOf(content, from, to)]);

const known = new Map<string, Hashes>();

/** Computed once for each content; the last thousands are remembered. */
export function hashesOf(key: string): Hashes {
  const before = known.get(key);
  if (before) return before;
  const [md5, sha512] = [createHash("md5"), createHash("sha512")];
  const content = contentOf(key);
  for (const chunk of bytesOf(content)) {
    md5.update(chunk);
    sha512.update(chunk);
  }
  const hashes = { size: content.size, md5: md5.digest("hex"), sha512: sha512.digest("hex") };
  if (known.size > 5000) known.clear();
  known.set(key, hashes);
  return hashes;
}
