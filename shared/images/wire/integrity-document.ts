import {
  type ImageSignature,
  MalformedSignature,
  signatureDigest,
  signatureOf,
} from "../../signatures/image-signature.ts";
import type { Image, SignatureEvidence } from "../domain/image.ts";

function presentSignature(properties: Image["properties"]): ImageSignature | undefined {
  try {
    return signatureOf(properties);
  } catch (error) {
    if (error instanceof MalformedSignature) return undefined;
    throw error;
  }
}

/** What was verified, and whether the image's properties name that signature still: anybody may have changed them. */
function signatureDocument(verified: SignatureEvidence, properties: Image["properties"]) {
  const present = presentSignature(properties);
  const isPresent =
    present !== undefined &&
    verified.signature_sha256 === signatureDigest(present) &&
    verified.hash_method === present.hash_method &&
    verified.key_type === present.key_type &&
    verified.certificate_uuid === present.certificate_uuid;
  return {
    ...verified,
    signature_sha256: verified.signature_sha256 ?? null,
    hash_method: verified.hash_method ?? null,
    key_type: verified.key_type ?? null,
    /** Null where it was not kept which signature was verified. */
    same_as_properties: verified.signature_sha256 === undefined ? null : isPresent,
  };
}

/**
 * What is known of an image's bytes: an extension of its own, never attributes of the image. Times are ISO 8601, null
 * for what has not happened. Where the bytes lie is nobody's business here.
 */
export function integrityDocument({
  id,
  status,
  size,
  locations,
  os_hash_value,
  integrity,
  properties,
}: Image) {
  const { stated_at, verified_at, audited_at, audited_how, mismatch, quarantined, signature } = integrity;
  const { key: _, ...evidence } = quarantined?.evidence ?? {};
  return {
    image_id: id,
    status,
    size: locations[0]?.size ?? size,
    /** Who computed the hashes that are on record. */
    hashes_by: os_hash_value === null ? null : stated_at === undefined ? "service" : "uploader",
    stated_at: stated_at ?? null,
    verified_at: verified_at ?? null,
    audited_at: audited_at ?? null,
    audited_how: audited_how ?? null,
    signature: signature ? signatureDocument(signature, properties) : null,
    mismatch: mismatch ?? null,
    quarantine: quarantined ? { at: quarantined.at, reason: quarantined.reason, evidence } : null,
  };
}
