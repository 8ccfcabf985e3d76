import { constants, createHash, type KeyObject, publicDecrypt } from "node:crypto";
import type { DigestName } from "./signature-algorithms.ts";

/** MGF1 with the hash of the signature (RFC 8017, appendix B.2.1). */
function mask(seed: Uint8Array, length: number, digestName: DigestName): Buffer {
  const blocks: Buffer[] = [];
  for (let bytes = 0, counter = 0; bytes < length; counter++) {
    const number = Buffer.alloc(4);
    number.writeUInt32BE(counter);
    const block = createHash(digestName).update(seed).update(number).digest();
    blocks.push(block);
    bytes += block.length;
  }
  return Buffer.concat(blocks).subarray(0, length);
}

/**
 * EMSA-PSS-VERIFY (RFC 8017, section 9.1.2) with the longest salt that the key has room for: python3-cursive signs and
 * verifies with no other.
 */
function isEncodingOf(digest: Uint8Array, encoded: Buffer, encodedBits: number, name: DigestName): boolean {
  const length = Math.ceil(encodedBits / 8);
  // Where the key has a bit more than whole bytes, the number has a byte that must be zero.
  if (encoded.length > length && encoded[0] !== 0) return false;
  const message = encoded.subarray(encoded.length - length);
  const saltLength = length - digest.length - 2;
  if (saltLength < 0 || message.at(-1) !== 0xbc) return false;
  const maskedLength = length - digest.length - 1;
  const masked = message.subarray(0, maskedLength);
  const hash = message.subarray(maskedLength, -1);
  const topBits = 0xff >> (8 * length - encodedBits);
  if (((masked[0] as number) & ~topBits) !== 0) return false;
  const block = mask(hash, maskedLength, name);
  for (let index = 0; index < maskedLength; index++)
    block[index] = (block[index] as number) ^ (masked[index] as number);
  block[0] = (block[0] as number) & topBits;
  if (block[0] !== 1) return false;
  const salt = block.subarray(1);
  const expected = createHash(name).update(Buffer.alloc(8)).update(digest).update(salt).digest();
  return expected.equals(hash);
}

/** Whether it is an RSA-PSS signature of the digest, by this key; node:crypto itself verifies only what it has hashed. */
export function isRsaPssSignature(
  key: KeyObject,
  digestName: DigestName,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (signature.length !== Math.ceil(bits / 8)) return false;
  let encoded: Buffer;
  try {
    encoded = publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, signature);
  } catch {
    // A number that is not below the modulus.
    return false;
  }
  return isEncodingOf(digest, encoded, bits - 1, digestName);
}
