import type { Image } from "../../images/domain/image.ts";

/**
 * What an image's record says of its bytes, in the hashes that are computed here: SHA-512 and MD5. `os_hash_value` may be
 * of any algorithm that Glance has computed, or that whoever registered the data has named (`os_hash_algo`).
 */
export function recordedHashes({
  checksum,
  os_hash_algo,
  os_hash_value,
}: Pick<Image, "checksum" | "os_hash_algo" | "os_hash_value">): Pick<Image, "checksum" | "os_hash_value"> {
  if (os_hash_algo === "sha512") return { checksum, os_hash_value };
  return { checksum: os_hash_algo === "md5" ? os_hash_value : checksum, os_hash_value: null };
}
