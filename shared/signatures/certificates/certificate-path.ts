import type { X509Certificate } from "node:crypto";
import { MalformedDer } from "../der.ts";
import {
  allowsUsage,
  authorityOf,
  type CertificateFields,
  certificateFieldsOf,
  purposesOf,
  unknownCritical,
} from "./certificate-fields.ts";

/** A certificate by which no signature is verified: why, in a sentence. */
export class CertificateRefused extends Error {}

/** Authorities between a signer and an anchor: more than anybody has. */
const LONGEST_PATH = 8;

/** Hashes of which collisions are made: MD2, MD5 and SHA-1 with RSA, DSA and ECDSA. */
const brokenAlgorithms = new Set([
  "1.2.840.113549.1.1.2",
  "1.2.840.113549.1.1.4",
  "1.2.840.113549.1.1.5",
  "1.2.840.10040.4.3",
  "1.2.840.10045.4.1",
]);

/** Code signing, and any purpose (RFC 5280, section 4.2.1.12). */
const signingPurposes = ["1.3.6.1.5.5.7.3.3", "2.5.29.37.0"];

interface Known {
  readonly certificate: X509Certificate;
  readonly fields: CertificateFields;
}

function known(certificate: X509Certificate): Known {
  try {
    return { certificate, fields: certificateFieldsOf(certificate) };
  } catch (error) {
    if (error instanceof MalformedDer) throw new CertificateRefused(`${nameOf(certificate)} is malformed.`);
    throw error;
  }
}

const nameOf = ({ subject }: X509Certificate): string =>
  `the certificate of ${subject.replaceAll("\n", ", ").slice(0, 200)}`;

function checkDates({ certificate }: Known, now: Date): void {
  const { validFromDate, validToDate } = certificate;
  if (now < validFromDate)
    throw new CertificateRefused(
      `${nameOf(certificate)} is not valid before ${validFromDate.toISOString()}.`,
    );
  if (now > validToDate)
    throw new CertificateRefused(`${nameOf(certificate)} has expired at ${validToDate.toISOString()}.`);
}

function checkExtensions({ certificate, fields }: Known): void {
  const extension = unknownCritical(fields);
  if (extension !== undefined)
    throw new CertificateRefused(
      `${nameOf(certificate)} has a critical extension that is not known here: ${extension}.`,
    );
}

function checkSigner({ certificate, fields }: Known): void {
  if (!allowsUsage(fields, "digitalSignature") && !allowsUsage(fields, "nonRepudiation"))
    throw new CertificateRefused(`${nameOf(certificate)} does not allow its key to sign data (key usage).`);
  const purposes = purposesOf(fields);
  if (purposes && !purposes.some((purpose) => signingPurposes.includes(purpose)))
    throw new CertificateRefused(
      `${nameOf(certificate)} is not for the signing of code or data (extended key usage).`,
    );
}

function checkAuthority({ certificate, fields }: Known, between: number): void {
  const { isAuthority, pathLength } = authorityOf(fields);
  if (!isAuthority)
    throw new CertificateRefused(`${nameOf(certificate)} is not an authority's (basic constraints).`);
  if (!allowsUsage(fields, "keyCertSign"))
    throw new CertificateRefused(
      `${nameOf(certificate)} does not allow its key to sign certificates (key usage).`,
    );
  if (between > pathLength)
    throw new CertificateRefused(
      `${nameOf(certificate)} allows only ${pathLength} authorities below it (basic constraints).`,
    );
}

const isSame = (one: Known, other: Known): boolean => one.certificate.raw.equals(other.certificate.raw);

function hasIssued(issuer: Known, issued: Known): boolean {
  if (!issuer.fields.subject.equals(issued.fields.issuer)) return false;
  try {
    return issued.certificate.verify(issuer.certificate.publicKey);
  } catch {
    // A key of a kind, or on a curve, that cannot verify here.
    return false;
  }
}

/**
 * Checks that a signer's certificate leads to a trust anchor (RFC 5280, section 6, as far as python3-cursive's
 * certificate_utils.py goes, and extended key usage): names, signatures, dates, basic constraints with path lengths,
 * key usage. An anchor may be the signer's own certificate. Revocation is not asked for. Throws CertificateRefused.
 */
export function checkPath(
  [signer, ...others]: readonly X509Certificate[],
  anchors: readonly X509Certificate[],
  now: Date,
): void {
  if (!signer) throw new CertificateRefused("there is no certificate.");
  const trusted = anchors.map(known);
  const between = others.map(known);
  let current = known(signer);
  checkSigner(current);
  for (let length = 0; ; length++) {
    checkDates(current, now);
    checkExtensions(current);
    if (trusted.some((anchor) => isSame(anchor, current))) return;
    if (length > LONGEST_PATH) throw new CertificateRefused(`${nameOf(signer)} is too far from any anchor.`);
    if (brokenAlgorithms.has(current.fields.signatureAlgorithm))
      throw new CertificateRefused(`${nameOf(current.certificate)} is signed with a broken hash.`);
    const issuers = [...trusted, ...between].filter((issuer) => !isSame(issuer, current));
    const issuer = issuers.find((candidate) => hasIssued(candidate, current));
    if (!issuer)
      throw new CertificateRefused(
        `${nameOf(current.certificate)} is not issued by an authority that is trusted here.`,
      );
    checkAuthority(issuer, length);
    current = issuer;
  }
}
