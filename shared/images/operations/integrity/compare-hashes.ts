import type { Damage } from "../../domain/damage.ts";
import type { Image } from "../../domain/image.ts";
import type { StoredBytes } from "../../domain/location.ts";
import type { ComputedHashes } from "../transfers/finish-transfer.ts";

/** The hashes that an image has on record against those of its bytes; undefined when they agree. */
export function compareHashes(
  image: Image,
  { key }: Pick<StoredBytes, "key">,
  stored: ComputedHashes,
): Damage | undefined {
  const { checksum, os_hash_algo, os_hash_value } = image;
  const isSha512 = os_hash_algo === "sha512" && os_hash_value !== null;
  const differs =
    (checksum !== null && checksum !== stored.checksum) ||
    (isSha512 && os_hash_value !== stored.os_hash_value);
  if (!differs) return undefined;
  const evidence = {
    key,
    recorded_md5: checksum,
    recorded_sha512: os_hash_value,
    stored_md5: stored.checksum,
    stored_sha512: stored.os_hash_value,
  };
  return { kind: "hash-mismatch", evidence };
}
