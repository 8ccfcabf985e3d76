import type { Image } from "../../images/domain/image.ts";
import type { Location } from "../../images/domain/location.ts";
import { BlobMissing, type BlobStore } from "../../images/ports/blob-store.ts";
import { recordedHashes } from "../domain/recorded-hashes.ts";

/** The source has other bytes than the image's record tells of: another attempt finds the same. */
export class SourceDamaged extends Error {}
/** The source changed while it was copied: what was copied may be of both versions. */
export class SourceChanged extends Error {}

type Source = Pick<BlobStore, "head">;

const hasHash = (image: Image): boolean => {
  const { checksum, os_hash_value } = recordedHashes(image);
  return checksum !== null || os_hash_value !== null;
};

/**
 * A place as its store describes it now, before it is copied. Where no hash will tell, its ETag must be that of its
 * registration. Throws BlobMissing, SourceDamaged.
 */
export async function asItIs(blobs: Source, image: Image, location: Location): Promise<Location> {
  const stored = await blobs.head(location.key);
  if (!stored) throw new BlobMissing("there are no bytes any more");
  if (stored.size !== location.size)
    throw new SourceDamaged(`${stored.size} bytes are stored, recorded are ${location.size}`);
  if (location.etag !== undefined && location.etag !== stored.etag && !hasHash(image))
    throw new SourceDamaged("the stored data have changed since the image got them, and it has no hash");
  return { ...location, etag: stored.etag };
}

/** Throws SourceChanged unless the place has still the bytes of which its copy was begun. */
export async function checkUnchanged(blobs: Source, { key, size, etag }: Location): Promise<void> {
  const stored = await blobs.head(key);
  if (stored?.size !== size || stored.etag !== etag)
    throw new SourceChanged("the data changed while they were copied, and the image has no hash");
}
