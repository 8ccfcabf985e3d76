import { commandLine } from "../command-line/command-line.ts";
import { Advised } from "../command-line/failures.ts";
import { CannotCompare } from "../imports/compare-checksum.ts";
import { requireCompared } from "../imports/require-compared.ts";
import type { Image, ImageService } from "../openstack/image-service.ts";
import type { Wanted } from "./wanted.ts";

/** Data that the service has found to be damaged. */
class Damaged extends Error {}

/** An admin may reactivate what an audit has taken out of use, and ends the quarantine by it: a mirror never does. */
async function refuseDamaged(images: ImageService, { id }: Image): Promise<void> {
  const known = await images.audit.integrity(id);
  const isFound = (finding: unknown) => finding !== null && finding !== undefined;
  if (!isFound(known?.quarantine) && !isFound(known?.mismatch)) return;
  throw new Advised(
    new Damaged(`image ${id} was deactivated because its data is damaged`),
    `It stays so; to have it brought again: ${commandLine("image", "delete", id)}.`,
  );
}

/**
 * An image of a version that is there with data, whoever has brought it and however far that came, is fit to be what the
 * file says: undamaged, and with the publisher's checksum. It is left as it is where it is not: somebody may use it.
 * Throws Advised of DataMismatch, of Damaged, or of CannotCompare where that is not allowed.
 */
export async function judgeImage(
  images: ImageService,
  image: Image,
  { checksum, definition }: Wanted,
  takesUnverified: boolean,
): Promise<void> {
  if (image.status === "deactivated" && definition.status === "active") await refuseDamaged(images, image);
  if (!checksum) return;
  // Said when the image was made, before anything was imported with it.
  const wasSaid = image.upstream_checksum === checksum.value;
  await requireCompared(images, image, checksum, wasSaid).catch((error: unknown) => {
    const isUnknown = error instanceof Advised && error.cause instanceof CannotCompare;
    if (!isUnknown || !takesUnverified) throw error;
  });
}
