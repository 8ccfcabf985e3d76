import type { KeyObject } from "node:crypto";
import { MalformedDer } from "./der.ts";
import { isDsaSignature } from "./dsa.ts";
import { isEcdsaSignature } from "./ecdsa.ts";
import { isRsaPssSignature } from "./rsa-pss.ts";
import type { DigestName } from "./signature-algorithms.ts";

const digestBytes: Readonly<Record<DigestName, number>> = { sha224: 28, sha256: 32, sha384: 48, sha512: 64 };

/** Whether a signature is one of what has this digest, by this key: by the kind of the key, as python3-cursive does it. */
export function isSignatureOf(
  key: KeyObject,
  digestName: DigestName,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  // Of a digest that somebody else chooses, anybody can make a signature.
  if (digest.length !== digestBytes[digestName]) throw new RangeError(`no ${digestName} digest`);
  try {
    if (key.asymmetricKeyType === "rsa") return isRsaPssSignature(key, digestName, digest, signature);
    if (key.asymmetricKeyType === "dsa") return isDsaSignature(key, digest, signature);
    if (key.asymmetricKeyType === "ec") return isEcdsaSignature(key, digest, signature);
    return false;
  } catch (error) {
    // Numbers that have no inverse: those of a key that was made to be none (a DSA key without primes, a point of order 2).
    if (error instanceof MalformedDer || error instanceof RangeError) return false;
    throw error;
  }
}
