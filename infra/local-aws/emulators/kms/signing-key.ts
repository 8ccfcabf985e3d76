import { createECDH, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { readIfThere } from "../../read-if-there.ts";
import { keepFile } from "../../replace-file.ts";
import { StartFailure } from "../../start-failure.ts";

/** The private key of `file` (PKCS #8, PEM); made and kept there (0600) when there is none yet. */
export async function loadSigningKey(file: string): Promise<KeyObject> {
  const text = readIfThere(file);
  if (text !== undefined) return privateKeyIn(text, file);
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  await keepFile(file, privateKey.export({ type: "pkcs8", format: "pem" }).toString());
  return privateKey;
}

function privateKeyIn(text: string, file: string): KeyObject {
  try {
    return createPrivateKey(text);
  } catch {
    throw new StartFailure(
      `${file} is no private key: restore it, or delete it (tokens issued so far then become invalid)`,
    );
  }
}

/** ECDSA over SHA-256 of the message, DER. */
export const signMessage = (key: KeyObject, message: Buffer): Buffer => sign("sha256", message, key);

/** Order of the curve P-256 (FIPS 186-4, D.1.2.3). */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/**
 * ECDSA of a 32-byte digest as it is, DER. Node's `sign` always hashes, so the two lines of arithmetic are here
 * (FIPS 186-4, 6.4); the curve arithmetic itself is OpenSSL's. Not constant in time: good for an emulator only.
 */
export function signDigest(key: KeyObject, digest: Buffer): Buffer {
  const secret = toBigInt(Buffer.from(key.export({ format: "jwk" }).d ?? "", "base64url"));
  for (;;) {
    const nonce = createECDH("prime256v1");
    const x = nonce.generateKeys().subarray(1, 33);
    const r = toBigInt(x) % order;
    const s = (inverse(toBigInt(nonce.getPrivateKey())) * (toBigInt(digest) + r * secret)) % order;
    if (r !== 0n && s !== 0n) return derSequence(r, s);
  }
}

const toBigInt = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString("hex") || "0"}`);

/** Fermat: a^(n-2) mod n, n prime. */
function inverse(value: bigint): bigint {
  let [result, base] = [1n, value % order];
  for (let exponent = order - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % order;
    base = (base * base) % order;
  }
  return result;
}

function derSequence(...integers: readonly bigint[]): Buffer {
  const body = Buffer.concat(integers.map(derInteger));
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}

function derInteger(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
  // A leading bit of 1 would make it negative.
  const padded = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
  return Buffer.concat([Buffer.from([0x02, padded.length]), padded]);
}
