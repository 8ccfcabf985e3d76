import { createHash } from "node:crypto";
import { AwsFailure } from "../aws-failure.ts";
import { type ChecksumAlgorithm, type ChecksumType, checksumTraits, startChecksum } from "./checksums.ts";
import type { ObjectChecksum, Part } from "./store/stored-object.ts";

/** ETag of a multipart object: MD5 of the parts' MD5s, and their number. */
export function multipartEtag(parts: readonly Part[]): string {
  const hash = createHash("md5");
  for (const { md5 } of parts) hash.update(md5, "hex");
  return `${hash.digest("hex")}-${parts.length}`;
}

/** The whole object's checksum out of those of its parts, which all have one; no byte is read again. */
export async function multipartChecksum(
  algorithm: ChecksumAlgorithm,
  type: ChecksumType,
  parts: readonly Part[],
): Promise<ObjectChecksum> {
  const digests = parts.map(({ number, checksum }) => {
    if (checksum === undefined) {
      throw new AwsFailure("InvalidPart", `Part ${number} has no ${algorithm} checksum.`);
    }
    return Buffer.from(checksum, "base64");
  });
  if (type === "COMPOSITE") {
    const running = await startChecksum(algorithm);
    for (const digest of digests) running.update(digest);
    return { algorithm, type, value: `${running.digest().toString("base64")}-${parts.length}` };
  }
  const { polynomial, digestBytes } = checksumTraits(algorithm);
  if (polynomial === undefined) throw new TypeError(`${algorithm} cannot be combined`);
  const field = new CrcField(polynomial, digestBytes * 8);
  const whole = parts.reduce(
    (crc, { bytes }, index) => field.append(crc, BigInt(`0x${digests[index]?.toString("hex")}`), bytes),
    0n,
  );
  const hex = whole.toString(16).padStart(digestBytes * 2, "0");
  return { algorithm, type, value: Buffer.from(hex, "hex").toString("base64") };
}

/** Polynomials over GF(2) modulo a CRC's, in its reversed notation: the coefficient of x^0 is the highest bit. */
class CrcField {
  readonly #polynomial: bigint;
  readonly #one: bigint;
  readonly #shifts = new Map<number, bigint>();

  constructor(polynomial: bigint, bits: number) {
    this.#polynomial = polynomial;
    this.#one = 1n << BigInt(bits - 1);
  }

  /** The CRC of A followed by B is crc(A) * x^(8 * bytes of B) + crc(B) (as zlib's crc32_combine). */
  append(crc: bigint, next: bigint, nextBytes: number): bigint {
    return this.#multiply(crc, this.#shift(nextBytes)) ^ next;
  }

  // Parts are nearly all of one size, so this is worked out about twice in an upload.
  #shift(bytes: number): bigint {
    const known = this.#shifts.get(bytes);
    if (known !== undefined) return known;
    let result = this.#one;
    let square = this.#one >> 8n;
    for (let rest = BigInt(bytes); rest > 0n; rest >>= 1n) {
      if (rest & 1n) result = this.#multiply(result, square);
      square = this.#multiply(square, square);
    }
    this.#shifts.set(bytes, result);
    return result;
  }

  #multiply(a: bigint, b: bigint): bigint {
    let product = 0n;
    let shifted = b;
    for (let bit = this.#one; bit > 0n; bit >>= 1n) {
      if (a & bit) product ^= shifted;
      shifted = shifted & 1n ? (shifted >> 1n) ^ this.#polynomial : shifted >> 1n;
    }
    return product;
  }
}
