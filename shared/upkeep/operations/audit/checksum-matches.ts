import type { Image } from "../../../images/domain/image.ts";
import type { ChecksumAlgorithm } from "../../ports/checksum-jobs.ts";

/**
 * Whether a checksum that the store computed of all bytes shows that they are the recorded ones. Never of an image in
 * quarantine, whose end an auditor decides who has read it.
 */
export function checksumMatches(
  { checksum, os_hash_algo, os_hash_value, integrity }: Image,
  algorithm: ChecksumAlgorithm,
  stored: string | undefined,
): boolean {
  if (stored === undefined || integrity.quarantined) return false;
  if (algorithm === "md5") return checksum === stored;
  return os_hash_algo === "sha512" && os_hash_value === stored;
}
