import { commandLine } from "../command-line/command-line.ts";
import { Advised } from "../command-line/failures.ts";
import { methodOf } from "../openstack/image-imports.ts";
import type { Image, ImageService } from "../openstack/image-service.ts";
import { type Checksum, checksumOf } from "./checksum.ts";
import { CannotCompare, compareChecksum } from "./compare-checksum.ts";

/**
 * Whether this service has compared a checksum that is not in the record: its tasks say which one an import was to have.
 * `whenForgotten` is the answer where tasks are kept no longer.
 */
async function hasCompared(
  images: ImageService,
  { id }: Image,
  { value }: Checksum,
  whenForgotten: boolean,
): Promise<boolean> {
  if ((await images.audit.integrity(id)) === undefined) return false;
  const imports = (await images.imports.ofImage(id))
    .filter(({ status }) => status === "success")
    .map(methodOf)
    .filter((method) => method !== undefined && method.name !== "copy-image");
  if (imports.length === 0) return whenForgotten;
  return imports.some((method) => checksumOf(String(method?.checksum))?.value === value);
}

/**
 * An image with data has the published checksum: by its record, or because this service has compared it before the image
 * was active. Throws Advised of DataMismatch for another hash, of CannotCompare where nobody can tell.
 */
export async function requireCompared(
  images: ImageService,
  image: Image,
  checksum: Checksum,
  whenForgotten = false,
): Promise<void> {
  const wayOut = commandLine("image", "delete", image.id);
  if (compareChecksum(image, checksum, wayOut)) return;
  if (await hasCompared(images, image, checksum, whenForgotten)) return;
  throw new Advised(
    new CannotCompare(
      `image ${image.id} is ${image.status}, but nobody can tell whether it has the published ${checksum.algorithm}`,
    ),
    `Do not use it: ${wayOut}.`,
  );
}
