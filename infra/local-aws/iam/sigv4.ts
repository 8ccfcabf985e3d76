import { timingSafeEqual } from "node:crypto";
import { AwsFailure } from "../emulators/aws-failure.ts";
import type { Principal } from "./principal.ts";
import { canonicalRequest, hmac, type SignedRequest, sha256Hex, signingKey } from "./sigv4-canonical.ts";
import { readClaim, type SignatureClaim, timestampMilliseconds } from "./sigv4-claim.ts";
import { type SignatureFailures, signatureFailures } from "./sigv4-failures.ts";

/** The service that a request reached, and whose keys it knows. */
export interface SignatureVerifier {
  /** Service name of the scope: `s3`, `dynamodb`, … */
  readonly service: string;
  readonly region: string;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly principalOf: (accessKeyId: string) => Principal | undefined;
}

/** A signature that was found right. */
export interface VerifiedSignature {
  readonly principal: Principal;
  readonly presigned: boolean;
  /** Lower-case names. */
  readonly signedHeaders: ReadonlySet<string>;
  /** As signed: hex, `UNSIGNED-PAYLOAD` or one of the `STREAMING-…` values; the body is still to be held against it. */
  readonly payloadHash: string;
  /** The three values that the chunk signatures of aws-chunked go on from, beside `signingKey`. */
  readonly seedSignature: string;
  readonly scope: string;
  readonly timestamp: string;
  readonly signingKey: Buffer;
}

const largestSkewMilliseconds = 15 * 60 * 1000;

/**
 * Verifies AWS Signature Version 4, in the header or presigned in the query, and says who signed.
 * Throws `AwsFailure` with the service's own code and status for every refusal.
 *
 * `bodySha256` (hex) is the hash of a body already read. Services other than S3 must give it: with them the
 * body is part of what is signed. S3 leaves it out and holds the body against `payloadHash` as it streams in.
 */
export function verifySignature(
  request: SignedRequest,
  verifier: SignatureVerifier,
  bodySha256?: string,
): VerifiedSignature {
  const failures = signatureFailures(verifier.service);
  const claim = readClaim(request, failures);
  checkScope(claim, verifier, failures);
  checkTime(claim, verifier.clock(), failures);

  const principal = verifier.principalOf(claim.accessKeyId);
  if (principal === undefined) throw failures.unknownKey(claim.accessKeyId);
  checkSignedHeaders(request, claim, failures);

  const payloadHash = payloadHashOf(claim, verifier.service, bodySha256, failures);
  const scope = `${claim.date}/${claim.region}/${claim.service}/aws4_request`;
  const canonical = canonicalRequest(request, verifier.service, claim.signedHeaders, payloadHash);
  const key = signingKey(principal.secretAccessKey, claim.date, claim.region, claim.service);
  const expected = hmac(key, ["AWS4-HMAC-SHA256", claim.timestamp, scope, sha256Hex(canonical)].join("\n"));
  if (!sameSignature(expected, claim.signature)) throw failures.mismatch();

  // After the signature: an answer about the token would help somebody who has only the key's id.
  if (!sameText(claim.sessionToken ?? "", principal.sessionToken ?? "")) throw failures.invalidToken();

  return {
    principal,
    presigned: claim.presigned,
    signedHeaders: new Set(claim.signedHeaders),
    payloadHash,
    seedSignature: claim.signature,
    scope,
    timestamp: claim.timestamp,
    signingKey: key,
  };
}

/** Compares a computed signature with a hex text in constant time. */
export function sameSignature(expected: Buffer, given: string): boolean {
  return /^[0-9a-f]{64}$/.test(given) && timingSafeEqual(expected, Buffer.from(given, "hex"));
}

// Hashed first, because timingSafeEqual wants equal lengths and the length is a secret, too.
const sameText = (a: string, b: string): boolean =>
  timingSafeEqual(Buffer.from(sha256Hex(a), "hex"), Buffer.from(sha256Hex(b), "hex"));

function checkScope(claim: SignatureClaim, verifier: SignatureVerifier, failures: SignatureFailures): void {
  const refuse = (what: string, given: string, expected: string) =>
    claim.presigned
      ? failures.malformedQuery(
          `Error parsing the X-Amz-Credential parameter; the ${what} '${given}' is wrong; expecting '${expected}'`,
        )
      : failures.malformedHeader(`the ${what} '${given}' is wrong; expecting '${expected}'`);
  if (claim.region !== verifier.region) throw refuse("region", claim.region, verifier.region);
  if (claim.service !== verifier.service) throw refuse("service", claim.service, verifier.service);
  if (!claim.timestamp.startsWith(claim.date)) throw refuse("date", claim.date, claim.timestamp.slice(0, 8));
}

function checkTime(claim: SignatureClaim, now: number, failures: SignatureFailures): void {
  const signedAt = timestampMilliseconds(claim.timestamp) ?? Number.NaN;
  if (claim.expiresSeconds === undefined) {
    if (!(Math.abs(now - signedAt) <= largestSkewMilliseconds)) throw failures.skewed(claim.timestamp, now);
    return;
  }
  if (!(signedAt - now <= largestSkewMilliseconds)) {
    throw new AwsFailure("AccessDenied", "Request is not valid yet", 403);
  }
  const expiresAt = signedAt + claim.expiresSeconds * 1000;
  if (now > expiresAt) throw failures.expired(expiresAt, now);
}

// Any other x-amz-* header could be added to somebody's presigned URL and change what the call does.
function checkSignedHeaders(
  request: SignedRequest,
  claim: SignatureClaim,
  failures: SignatureFailures,
): void {
  const signed = new Set(claim.signedHeaders);
  const mustBeSigned = (name: string): boolean =>
    name === "host" || (name.startsWith("x-amz-") && name !== "x-amz-content-sha256");
  const unsigned = ["host", ...Object.keys(request.headers).filter((name) => name !== "host")].filter(
    (name) => mustBeSigned(name) && !signed.has(name),
  );
  if (unsigned.length > 0) throw failures.unsignedHeaders(unsigned);
}

function payloadHashOf(
  claim: SignatureClaim,
  service: string,
  bodySha256: string | undefined,
  failures: SignatureFailures,
): string {
  if (service !== "s3") {
    if (bodySha256 === undefined) throw new TypeError(`${service} signs the body: its hash is needed`);
    if (claim.payloadHash !== undefined && claim.payloadHash !== bodySha256) throw failures.mismatch();
    return bodySha256;
  }
  if (claim.payloadHash !== undefined) return claim.payloadHash;
  if (claim.presigned) return "UNSIGNED-PAYLOAD";
  throw new AwsFailure("InvalidRequest", "Missing required header for this request: x-amz-content-sha256");
}
