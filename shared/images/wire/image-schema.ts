import type { Settings } from "../../settings.ts";
import { statuses } from "../domain/status.ts";
import { visibilities } from "../domain/visibility.ts";

export const UUID_PATTERN =
  "^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$";

type Property = Readonly<Record<string, unknown>>;

const text = (description: string, maxLength: number): Property => ({
  type: ["null", "string"],
  maxLength,
  description,
});
const readOnly = (property: Property): Property => ({ ...property, readOnly: true });
const amount = (description: string): Property => ({
  type: "integer",
  minimum: 0,
  maximum: 2147483647,
  description,
});
const declared = (description: string): Property => ({ type: "string", description, is_base: false });
const kernelLike = (description: string): Property => ({
  type: ["null", "string"],
  pattern: UUID_PATTERN,
  description,
  is_base: false,
});

/**
 * Properties of the image itself (docs/reference/image-api.md, "Attributes"), but for `stores`, which stands apart.
 */
export const baseProperties = (settings: Settings): Record<string, Property> => ({
  id: { type: "string", description: "An identifier for the image", pattern: UUID_PATTERN },
  name: text("Descriptive name for the image", 255),
  status: readOnly({ type: "string", description: "Status of the image", enum: [...statuses] }),
  visibility: { type: "string", description: "Scope of image accessibility", enum: [...visibilities] },
  protected: { type: "boolean", description: "If true, image will not be deletable." },
  os_hidden: {
    type: "boolean",
    description: "If true, image will not appear in default image list response.",
  },
  checksum: readOnly(text("md5 hash of image contents.", 32)),
  os_hash_algo: readOnly(text("Algorithm to calculate the os_hash_value", 64)),
  os_hash_value: readOnly(
    text("Hexdigest of the image contents using the algorithm specified by the os_hash_algo", 128),
  ),
  owner: text("Owner of the image", 255),
  size: readOnly({ type: ["null", "integer"], description: "Size of image file in bytes" }),
  virtual_size: readOnly({ type: ["null", "integer"], description: "Virtual size of image in bytes" }),
  container_format: {
    type: ["null", "string"],
    description: "Format of the container",
    enum: [null, ...settings.container_formats],
  },
  disk_format: {
    type: ["null", "string"],
    description: "Format of the disk",
    enum: [null, ...settings.disk_formats],
  },
  created_at: readOnly({ type: "string", description: "Date and time of image registration" }),
  updated_at: readOnly({ type: "string", description: "Date and time of the last image modification" }),
  tags: {
    type: "array",
    description: "List of strings related to the image",
    items: { type: "string", maxLength: 255 },
  },
  direct_url: readOnly({
    type: "string",
    description: "URL to access the image file kept in external store",
  }),
  min_ram: amount("Amount of ram (in MB) required to boot image."),
  min_disk: amount("Amount of disk space (in GB) required to boot image."),
  self: readOnly({ type: "string", description: "An image self url" }),
  file: readOnly({ type: "string", description: "An image file url" }),
  schema: readOnly({ type: "string", description: "An image schema url" }),
  locations: {
    type: "array",
    description: "A set of URLs to access the image file kept in external store",
    items: {
      type: "object",
      properties: {
        url: { type: "string", maxLength: 255 },
        metadata: { type: "object" },
        validation_data: {
          description:
            "Values to be used to populate the corresponding image properties. If the image status is not 'queued', values must exactly match those already contained in the image properties.",
          type: "object",
          writeOnly: true,
          additionalProperties: false,
          properties: {
            checksum: { type: "string", minLength: 32, maxLength: 32 },
            os_hash_algo: { type: "string", maxLength: 64 },
            os_hash_value: { type: "string", maxLength: 128 },
          },
          required: ["os_hash_algo", "os_hash_value"],
        },
      },
      required: ["url", "metadata"],
    },
  },
});

/** Custom properties that Glance declares in its own deployment file. */
export const declaredProperties: Record<string, Property> = {
  kernel_id: kernelLike(
    "ID of image stored in Glance that should be used as the kernel when booting an AMI-style image.",
  ),
  ramdisk_id: kernelLike(
    "ID of image stored in Glance that should be used as the ramdisk when booting an AMI-style image.",
  ),
  instance_uuid: declared(
    "Metadata which can be used to record which instance this image is associated with.",
  ),
  architecture: declared("Operating system architecture as specified in the metadata definitions"),
  os_distro: declared(
    "Common name of operating system distribution as specified in the metadata definitions",
  ),
  os_version: declared("Operating system version as specified by the distributor."),
  description: declared("A human-readable string describing this image."),
  cinder_encryption_key_id: declared(
    "Identifier in the OpenStack Key Management Service for the encryption key",
  ),
  cinder_encryption_key_deletion_policy: {
    type: "string",
    enum: ["on_image_deletion", "do_not_delete"],
    description: "States the condition under which the Image Service will delete the object",
    is_base: false,
  },
};

/**
 * Glance has this beside the other properties. There the client `glance` before 4.2 makes an option of it, which it has
 * already, and fails from then on; as a pattern it looks at it as little as at custom properties
 * (docs/reference/clients.md, "Discovery and schemas").
 */
const storesPattern = {
  "^stores$": readOnly({
    type: "string",
    description:
      "Store in which image data resides. Only present when the operator has enabled multiple stores. " +
      "May be a comma-separated list of store identifiers.",
  }),
};

export const imageSchema = (settings: Settings) => ({
  name: "image",
  properties: { ...declaredProperties, ...baseProperties(settings) },
  patternProperties: storesPattern,
  additionalProperties: { type: "string" },
  links: [
    { rel: "self", href: "{self}" },
    { rel: "enclosure", href: "{file}" },
    { rel: "describedby", href: "{schema}" },
  ],
});

export const imagesSchema = (settings: Settings) => ({
  name: "images",
  properties: {
    images: { type: "array", items: imageSchema(settings) },
    first: { type: "string" },
    next: { type: "string" },
    schema: { type: "string" },
  },
  links: [
    { rel: "first", href: "{first}" },
    { rel: "next", href: "{next}" },
    { rel: "describedby", href: "{schema}" },
  ],
});
