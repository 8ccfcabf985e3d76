import type { KeyObject, X509Certificate } from "node:crypto";
import { keyTypes, type SignatureKeyType } from "../signature-algorithms.ts";
import { CertificateRefused } from "./certificate-path.ts";

/** Shorter keys of RSA and DSA are factored by anybody who wants to. */
const SHORTEST_KEY_BITS = 1024;

/**
 * The public key of a signer's certificate, which must be of the type, and on the curve, that the image names. Throws
 * CertificateRefused.
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
  const { namedCurve, modulusLength } = key.asymmetricKeyDetails ?? {};
  const curve = wanted && "curve" in wanted ? wanted.curve : undefined;
  const has = key.asymmetricKeyType === "ec" ? `ec on ${namedCurve}` : key.asymmetricKeyType;
  if (key.asymmetricKeyType !== wanted?.kind || (curve !== undefined && curve !== namedCurve)) {
    throw new CertificateRefused(
      `invalid public key type for signature key type: ${keyType}. The certificate's key is ${has}.`,
    );
  }
  if (modulusLength !== undefined && modulusLength < SHORTEST_KEY_BITS)
    throw new CertificateRefused(`the certificate's key has only ${modulusLength} bits.`);
  return key;
}
