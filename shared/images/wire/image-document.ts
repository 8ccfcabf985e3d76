import type { Image } from "../domain/image.ts";
import { locationUrl } from "../domain/location-url.ts";
import { inReadOrder } from "../domain/read-order.ts";
import type { ConfiguredStores } from "../domain/store.ts";
import { locationDocument } from "./location-document.ts";

const seconds = (iso: string): string => `${iso.slice(0, 19)}Z`;

/** Properties that Glance keeps but never shows (docs/reference/image-api.md, "Attributes"). */
const HIDDEN = new Set(["os_glance_stage_host", "os_glance_hash_op_host"]);
export const isShownProperty = (name: string): boolean => !HIDDEN.has(name);

/** Declared so that they may be null (image schema); a stored null of any other property is shown as "". */
const NULLABLE = new Set(["kernel_id", "ramdisk_id"]);
const shown = (name: string, value: string | null): string | null =>
  value ?? (NULLABLE.has(name) ? null : "");

/** The stores that have the image; where none are named nobody is told of any. */
const storesOf = ({ locations }: Image, stores: ConfiguredStores): { readonly stores?: string } =>
  stores.named && locations.length > 0
    ? {
        stores: inReadOrder(locations, stores)
          .map(({ store }) => store)
          .join(","),
      }
    : {};

/** What is shown of places: their stores, where they are named, and their URLs as the settings say. */
export interface ShownPlaces extends ConfiguredStores {
  readonly show_multiple_locations?: boolean;
  readonly show_image_direct_url?: boolean;
}

function placesOf({ locations }: Image, places: ShownPlaces) {
  const shown = inReadOrder(locations, places);
  const [first] = shown;
  return {
    ...(places.show_image_direct_url && first && { direct_url: locationUrl(first, places) }),
    ...(places.show_multiple_locations && { locations: shown.map((each) => locationDocument(each, places)) }),
  };
}

/** An image as the API shows it: one flat object. */
export function imageDocument(image: Image, stores: ShownPlaces): Record<string, unknown> {
  const properties = Object.entries(image.properties).filter(([name]) => isShownProperty(name));
  return {
    ...Object.fromEntries(properties.map(([name, value]) => [name, shown(name, value)])),
    id: image.id,
    name: image.name,
    status: image.status,
    visibility: image.visibility,
    protected: image.protected,
    os_hidden: image.os_hidden,
    checksum: image.checksum,
    os_hash_algo: image.os_hash_algo,
    os_hash_value: image.os_hash_value,
    owner: image.owner,
    size: image.size,
    virtual_size: image.virtual_size,
    container_format: image.container_format,
    disk_format: image.disk_format,
    min_ram: image.min_ram,
    min_disk: image.min_disk,
    tags: image.tags,
    created_at: seconds(image.created_at),
    updated_at: seconds(image.updated_at),
    self: `/v2/images/${image.id}`,
    ...storesOf(image, stores),
    ...placesOf(image, stores),
    file: `/v2/images/${image.id}/file`,
    schema: "/v2/schemas/image",
  };
}
