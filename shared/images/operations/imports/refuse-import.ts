import { BadRequest, Conflict } from "../../../errors.ts";
import type { Image } from "../../domain/image.ts";
import type { ImportMethod, ImportMethodName } from "../../domain/import-work.ts";

const uuid = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;

function refuseStatus({ status, staged }: Image, name: ImportMethodName): void {
  if (status === "active" && name !== "copy-image")
    throw new Conflict("Image with status active cannot be target for import");
  if (status !== "active" && name === "copy-image")
    throw new Conflict("Only images with status active can be targeted for copying");
  if (status !== "queued" && (name === "web-download" || name === "glance-download"))
    throw new Conflict(`Image needs to be in 'queued' state to use '${name}' method`);
  if (name === "glance-direct" && (status !== "uploading" || staged === null))
    throw new Conflict("Image needs to be staged before 'glance-direct' method can be used");
}

/**
 * Refuses an import by what the image is, and by what its method lacks, in Glance's order: before it is asked who may
 * import (docs/reference/image-api.md, "Staging and import"). Throws Conflict and BadRequest.
 */
export function refuseImport(image: Image, method: ImportMethod): void {
  refuseStatus(image, method.name);
  for (const format of ["container_format", "disk_format"] as const)
    if (image[format] === null) throw new Conflict(`'${format}' needs to be set before import`);
  if (method.name !== "glance-download") return;
  const { glance_region, glance_image_id } = method;
  if (glance_region === undefined)
    throw new BadRequest("'glance_region' needs to be set for glance-download import method");
  if (glance_image_id === undefined)
    throw new BadRequest("'glance_image_id' needs to be set for glance-download import method");
  if (!uuid.test(glance_image_id))
    throw new BadRequest(`Remote image id does not look like a UUID: ${glance_image_id}`);
}
