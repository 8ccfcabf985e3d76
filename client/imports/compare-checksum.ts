import { Advised, DataMismatch } from "../command-line/failures.ts";
import type { Image, ImageService } from "../openstack/image-service.ts";
import { ImportFailed } from "./await-import.ts";
import type { Checksum } from "./checksum.ts";

/** The hash of that kind in an image's record. */
function recorded(image: Image, { algorithm }: Checksum): string | undefined {
  if (image.os_hash_algo === algorithm) return image.os_hash_value?.toLowerCase();
  return algorithm === "md5" ? image.checksum?.toLowerCase() : undefined;
}

/** The record has no hash of that kind, and the service compares none itself. */
export class CannotCompare extends Error {}

/**
 * Throws CannotCompare where nobody could tell whether imported bytes have this hash: a Glance's own record has MD5 and
 * its `hashing_algorithm`, this service compares all kinds before an image is active.
 */
export async function assertComparable(
  images: ImageService,
  imageId: string,
  { algorithm }: Checksum,
): Promise<void> {
  if (algorithm === "md5" || algorithm === "sha512") return;
  if ((await images.audit.integrity(imageId)) !== undefined) return;
  throw new CannotCompare(
    `this image service cannot compare a ${algorithm}: give an MD5 or SHA-512, or no --checksum`,
  );
}

/** A failed import; DataMismatch where the service has compared the checksum, and it was another one. */
export function asMismatch(error: unknown, checksum: Checksum | undefined): unknown {
  if (!(error instanceof ImportFailed) || !checksum || !error.message.includes(checksum.value)) return error;
  return new DataMismatch(error.message, { cause: error });
}

/**
 * Compares the record of an image that has data, by a Glance that did not compare. False: the record has no hash of that
 * kind. Throws Advised of DataMismatch.
 */
export function compareChecksum(image: Image, checksum: Checksum, wayOut: string): boolean {
  const { algorithm } = checksum;
  const value = recorded(image, checksum);
  if (value === undefined) return false;
  if (value === checksum.value) return true;
  throw new Advised(
    new DataMismatch(
      `image ${image.id} is ${image.status}, but not what was published: its ${algorithm} is ${value}, published is ${checksum.value}`,
    ),
    `Do not use it: ${wayOut}.`,
  );
}
