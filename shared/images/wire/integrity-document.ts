import type { Image } from "../domain/image.ts";

/**
 * What is known of an image's bytes: an extension of its own, never attributes of the image. Times are ISO 8601, null
 * for what has not happened. Where the bytes lie is nobody's business here.
 */
export function integrityDocument({ id, status, size, locations, os_hash_value, integrity }: Image) {
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
    signature: signature ?? null,
    mismatch: mismatch ?? null,
    quarantine: quarantined ? { at: quarantined.at, reason: quarantined.reason, evidence } : null,
  };
}
