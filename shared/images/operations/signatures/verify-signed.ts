import { X509Certificate } from "node:crypto";
import { signatureBytes, signatureDigest } from "../../../signatures/image-signature.ts";
import { digestNameOf } from "../../../signatures/signature-algorithms.ts";
import { SignatureRefused } from "../../../signatures/signature-refused.ts";
import { isSignatureOf } from "../../../signatures/verify-digest.ts";
import type { SignatureEvidence } from "../../domain/image.ts";
import type { TransferSignature } from "../../domain/transfer.ts";

/**
 * Verifies bytes by their digest (hex, of the signature's hash method). Returns what is worth keeping of it. Throws
 * SignatureRefused for bytes that are not the ones that were signed.
 */
export function verifySigned(
  imageId: string,
  signed: TransferSignature,
  digest: string,
  now: Date,
): SignatureEvidence {
  const certificate = new X509Certificate(Buffer.from(signed.certificate, "base64"));
  const isSigned = isSignatureOf(
    certificate.publicKey,
    digestNameOf(signed.hash_method),
    Buffer.from(digest, "hex"),
    signatureBytes(signed),
  );
  if (!isSigned) {
    throw new SignatureRefused(
      imageId,
      `img_signature is no ${signed.key_type} signature with ${signed.hash_method} of this data by the key of ` +
        `certificate ${signed.certificate_uuid}. Upload the data that was signed, or set the right img_signature first.`,
    );
  }
  return {
    verified_at: now.toISOString(),
    certificate_uuid: signed.certificate_uuid,
    certificate_sha256: certificate.fingerprint256.replaceAll(":", "").toLowerCase(),
    signature_sha256: signatureDigest(signed),
    hash_method: signed.hash_method,
    key_type: signed.key_type,
  };
}
