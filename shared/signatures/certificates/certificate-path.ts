import type { X509Certificate } from "node:crypto";
import { MalformedDer } from "../der.ts";
import { allowsUsage, type CertificateFields, certificateFieldsOf } from "./certificate-fields.ts";

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

const nameOf = ({ subject, fingerprint256 }: X509Certificate): string =>
  // A subject may be empty (RFC 5280, section 4.1.2.6), and is undefined then.
  `the certificate of ${subject?.replaceAll("\n", ", ").slice(0, 200) || fingerprint256}`;

function checkDates({ certificate }: Known, now: Date): void {
  const { validFromDate, validToDate } = certificate;
  // OpenSSL takes a certificate whose dates are none; no time is before or after such a date.
  if (Number.isNaN(validFromDate.getTime()) || Number.isNaN(validToDate.getTime()))
    throw new CertificateRefused(`${nameOf(certificate)} has dates that are none.`);
  if (now < validFromDate)
    throw new CertificateRefused(
      `${nameOf(certificate)} is not valid before ${validFromDate.toISOString()}.`,
    );
  if (now > validToDate)
    throw new CertificateRefused(`${nameOf(certificate)} has expired at ${validToDate.toISOString()}.`);
}

function checkExtensions({ certificate, fields }: Known): void {
  if (fields.unknownCritical !== undefined)
    throw new CertificateRefused(
      `${nameOf(certificate)} has a critical extension that is not known here: ${fields.unknownCritical}.`,
    );
}

function checkSigner({ certificate, fields }: Known): void {
  if (!allowsUsage(fields, "digitalSignature") && !allowsUsage(fields, "nonRepudiation"))
    throw new CertificateRefused(`${nameOf(certificate)} does not allow its key to sign data (key usage).`);
  if (fields.purposes && !fields.purposes.some((purpose) => signingPurposes.includes(purpose)))
    throw new CertificateRefused(
      `${nameOf(certificate)} is not for the signing of code or data (extended key usage).`,
    );
}

function checkAuthority({ certificate, fields }: Known, between: number): void {
  const { isAuthority, pathLength } = fields;
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

function hasIssued(issuer: Known, issued: Known): boolean {
  if (!issuer.fields.subject.equals(issued.fields.issuer)) return false;
  try {
    return issued.certificate.verify(issuer.certificate.publicKey);
  } catch {
    // A key of a kind, or on a curve, that cannot verify here.
    return false;
  }
}

function checkHash({ certificate, fields }: Known): void {
  if (brokenAlgorithms.has(fields.signatureAlgorithm))
    throw new CertificateRefused(`${nameOf(certificate)} is signed with a broken hash.`);
}

function checkedIssuer(issuer: Known, between: number, now: Date): Known {
  checkAuthority(issuer, between);
  checkDates(issuer, now);
  checkExtensions(issuer);
  return issuer;
}

/** What was wrong with ways to an anchor; only the last is told, when there is no good one. */
function refusals() {
  let last: CertificateRefused | undefined;
  return {
    last: () => last,
    /** What it gives, or undefined where it refuses. */
    of<Value>(judged: () => Value): Value | undefined {
      try {
        return judged();
      } catch (error) {
        if (!(error instanceof CertificateRefused)) throw error;
        last = error;
        return undefined;
      }
    },
  };
}

const idOf = ({ certificate }: Known): string => certificate.fingerprint256;

/**
 * Checks that a signer's certificate leads to a trust anchor (RFC 5280, section 6, as far as python3-cursive's
 * certificate_utils.py goes, and extended key usage): names, signatures, dates, basic constraints with path lengths,
 * key usage. An anchor may be the signer's own certificate. An authority may have several certificates, such as an
 * expired one and its renewal: one good way to an anchor is enough. Revocation is not asked for. Throws
 * CertificateRefused, with what is wrong with the last way that was tried.
 */
export function checkPath(
  [signer, ...others]: readonly X509Certificate[],
  anchors: readonly X509Certificate[],
  now: Date,
): void {
  if (!signer) throw new CertificateRefused("there is no certificate.");
  const own = known(signer);
  checkSigner(own);
  checkDates(own, now);
  checkExtensions(own);

  const refused = refusals();
  // One that is malformed is in nobody's way but that of those whom it has issued.
  const readable = (certificates: readonly X509Certificate[]) =>
    certificates.flatMap((certificate) => refused.of(() => [known(certificate)]) ?? []);
  const trusted = readable(anchors);
  const issuers = [...trusted, ...readable(others)];
  const malformed = refused.last();
  const isTrusted = new Set(trusted.map(idOf));
  const seen = new Set([idOf(own)]);
  const issuersOf = (issued: Known, between: number): readonly Known[] => {
    checkHash(issued);
    const found = issuers.filter((issuer) => !seen.has(idOf(issuer)) && hasIssued(issuer, issued));
    if (found.length === 0)
      throw new CertificateRefused(
        `${nameOf(issued.certificate)} is not issued by an authority that is trusted here.` +
          (malformed ? ` Besides, ${malformed.message}` : ""),
      );
    for (const issuer of found) seen.add(idOf(issuer));
    return found.flatMap((issuer) => refused.of(() => [checkedIssuer(issuer, between, now)]) ?? []);
  };
  let reached = [own];
  // The shortest ways first: what is good on a longer way is good on a shorter one. So each certificate is looked at
  // once, in whatever circles they vouch for each other.
  for (let between = 0; between <= LONGEST_PATH; between++) {
    if (reached.some((one) => isTrusted.has(idOf(one)))) return;
    reached = reached.flatMap((issued) => refused.of(() => issuersOf(issued, between)) ?? []);
    if (reached.length === 0) throw refused.last();
  }
  throw new CertificateRefused(`${nameOf(signer)} is too far from any anchor.`);
}
