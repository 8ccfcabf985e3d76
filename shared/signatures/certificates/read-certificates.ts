import { X509Certificate } from "node:crypto";

/** A signer's certificate with a long chain has a tenth of it. */
export const MAX_CERTIFICATE_BYTES = 64 * 1024;
const MAX_CERTIFICATES = 10;
const MAX_TRUSTED = 100;

/** What was to be certificates and is something else: why, in a few words. */
export class MalformedCertificate extends Error {}

const PEM =
  /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[^-]+-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g;

function parsed(source: string | Uint8Array): X509Certificate {
  try {
    return new X509Certificate(source);
  } catch (cause) {
    throw new MalformedCertificate("it is no X.509 certificate in PEM or DER", { cause });
  }
}

/**
 * Certificates out of PEM, or the one of DER: the signer's first, and after it those between it and an anchor. Throws
 * MalformedCertificate.
 */
export function readCertificates(bytes: Uint8Array, most = MAX_CERTIFICATES): readonly X509Certificate[] {
  const text = Buffer.from(bytes).toString("latin1");
  if (!text.includes("-----BEGIN")) return [parsed(bytes)];
  const blocks = text.match(PEM) ?? [];
  if (blocks.length === 0) throw new MalformedCertificate("it holds no certificate");
  if (blocks.length > most) throw new MalformedCertificate(`it holds more than ${most} certificates`);
  return blocks.map(parsed);
}

/** Trust anchors out of PEM; none of no text. Throws MalformedCertificate. */
export const readTrusted = (pem: string): readonly X509Certificate[] =>
  pem.trim() === "" ? [] : readCertificates(Buffer.from(pem), MAX_TRUSTED);
