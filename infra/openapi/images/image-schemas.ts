import { baseProperties, declaredProperties } from "../../../shared/images/wire/image-schema.ts";
import { limitNames } from "../../../shared/settings/limit-names.ts";
import type { Settings } from "../../../shared/settings.ts";
import { described, listOf, objectOf, type Schema, schemaRef, text } from "../description.ts";

type Properties = Readonly<Record<string, Schema>>;

/** JSON Schema has no such keyword: it tells Glance's clients which properties are the image's own. */
const withoutIsBase = (properties: Properties): Properties =>
  Object.fromEntries(Object.entries(properties).map(([name, { is_base: _, ...schema }]) => [name, schema]));

const isWritable = ([, schema]: [string, Schema]): boolean => schema.readOnly !== true;

const customProperty = { type: "string", description: "A custom property" };
const pointer = {
  type: "string",
  pattern: "^/",
  description: "A JSON pointer: `/name`, `/tags`, `/os_distro`",
};
const anyValue = {
  description: "A text for a custom property, else what the image schema says of the attribute",
};

/** The image as the API shows it and as clients send it: the schema that /v2/schemas/image serves, in two halves. */
export function imageSchemas(settings: Settings) {
  // Shown as the settings say.
  const { direct_url, locations: __, ...own } = baseProperties(settings);
  const declared = withoutIsBase(declaredProperties);
  return {
    Image: {
      description: "An image: its own attributes and any custom properties, in one flat object",
      type: "object",
      properties: {
        ...own,
        created_at: { ...own.created_at, format: "date-time" },
        updated_at: { ...own.updated_at, format: "date-time" },
        direct_url: described(
          direct_url ?? text,
          "Where the data is that is read first; with `show_image_direct_url` only",
        ),
        locations: described(
          listOf(schemaRef("Location")),
          "Where the data is, that first which is read first; with `show_multiple_locations` only",
        ),
        stores: described(
          { ...text, readOnly: true },
          "The stores that have the data, with commas between, the one that serves it first; absent without data, and where no stores are named",
        ),
        ...declared,
      },
      required: Object.keys(own),
      additionalProperties: customProperty,
    },
    NewImage: {
      description:
        "A new image. Everything has a default; any other member is a custom property, which is a text",
      type: "object",
      properties: { ...Object.fromEntries(Object.entries(own).filter(isWritable)), ...declared },
      additionalProperties: customProperty,
    },
    Images: {
      description: "A page of images",
      ...objectOf(
        {
          images: listOf(schemaRef("Image")),
          first: { type: "string", description: "The first page, relative to the service" },
          schema: text,
        },
        { next: { type: "string", description: "The next page; absent on the last one" } },
      ),
    },
    ImageChanges: {
      description: "A JSON patch: all of it is done, or nothing",
      ...listOf({
        oneOf: [
          objectOf({ op: { type: "string", enum: ["add", "replace"] }, path: pointer, value: anyValue }),
          objectOf({ op: { type: "string", const: "remove" }, path: pointer }),
        ],
      }),
    },
    OldImageChanges: {
      description: "The older form: the operation's name is the member that holds the pointer",
      ...listOf({
        oneOf: [
          objectOf({ add: pointer, value: anyValue }),
          objectOf({ replace: pointer, value: anyValue }),
          objectOf({ remove: pointer }),
        ],
      }),
    },
    Usage: {
      description: "What the caller's project uses, and its limits; empty without unified limits",
      ...objectOf({
        usage: {
          type: "object",
          properties: Object.fromEntries(limitNames.map((name) => [name, schemaRef("UsageOfLimit")])),
        },
      }),
    },
    UsageOfLimit: objectOf({
      usage: { type: "integer", minimum: 0, description: "Images, or MiB" },
      limit: { type: "integer", minimum: -1, description: "The most, in the same unit; -1: unlimited" },
    }),
  } satisfies Record<string, Schema>;
}
