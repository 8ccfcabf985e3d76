import type { KeyObject, X509Certificate } from "node:crypto";
import { keyTypes, type SignatureKeyType } from "../signature-algorithms.ts";
import { CertificateRefused } from "./certificate-path.ts";

/** Shorter keys of RSA and DSA are factored by anybody who wants to. */
const SHORTEST_KEY_BITS = 1024;

/**
 * What OpenSSL verifies by, and so Glance (OPENSSL_RSA_MAX_MODULUS_BITS and its like in rsa.h and dsa.h; dsa_ossl.c for
 * the divisor). Our own arithmetic has no such bounds: without them one certificate keeps a function busy for hours.
 */
const LONGEST_RSA_BITS = 16_384;
const RSA_BITS_WITH_ANY_EXPONENT = 3072;
const LONGEST_RSA_EXPONENT = 2n ** 64n;
const LONGEST_DSA_BITS = 10_000;
const DSA_DIVISOR_BITS = [160, 224, 256];

function checkSize({ asymmetricKeyType: kind, asymmetricKeyDetails = {} }: KeyObject): void {
  if (kind !== "rsa" && kind !== "dsa") return;
  const { modulusLength = 0, divisorLength = 0, publicExponent = 0n } = asymmetricKeyDetails;
  const longest = kind === "rsa" ? LONGEST_RSA_BITS : LONGEST_DSA_BITS;
  if (modulusLength < SHORTEST_KEY_BITS)
    throw new CertificateRefused(`the certificate's key has only ${modulusLength} bits.`);
  if (modulusLength > longest)
    throw new CertificateRefused(
      `the certificate's key has ${modulusLength} bits; an ${kind} key has at most ${longest} here.`,
    );
  if (kind === "dsa" && !DSA_DIVISOR_BITS.includes(divisorLength))
    throw new CertificateRefused(
      `the certificate's key has a divisor (q) of ${divisorLength} bits; it has 160, 224 or 256 here.`,
    );
  if (modulusLength > RSA_BITS_WITH_ANY_EXPONENT && publicExponent >= LONGEST_RSA_EXPONENT)
    throw new CertificateRefused("the certificate's key has an exponent of more than 64 bits.");
}

/**
 * The public key of a signer's certificate, which must be of the type, and on the curve, that the image names, and of a
 * size that OpenSSL verifies by. Throws CertificateRefused.
 */
export function signerKey(certificate: X509Certificate, keyType: SignatureKeyType): KeyObject {
  let key: KeyObject;
  try {
    key = certificate.publicKey;
  } catch (cause) {
    throw new CertificateRefused(
      `the certificate's public key cannot be used here, its type or curve is not known.`,
      { cause },
    );
  }
  const wanted = keyTypes.get(keyType);
  const { namedCurve } = key.asymmetricKeyDetails ?? {};
  const curve = wanted && "curve" in wanted ? wanted.curve : undefined;
  const has = key.asymmetricKeyType === "ec" ? `ec on ${namedCurve}` : key.asymmetricKeyType;
  if (key.asymmetricKeyType !== wanted?.kind || (curve !== undefined && curve !== namedCurve)) {
    throw new CertificateRefused(
      `invalid public key type for signature key type: ${keyType}. The certificate's key is ${has}.`,
    );
  }
  checkSize(key);
  return key;
}
