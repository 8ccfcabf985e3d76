import type { OperationName } from "../../../shared/routes.ts";
import {
  type Description,
  described,
  json,
  listOf,
  objectOf,
  type Schema,
  schemaRef,
} from "../description.ts";

const id = "71c675ab-d94f-49cd-a114-e12490b328d9";
const url: Schema = { type: "string", maxLength: 255 };

/** Bodies about places of data. */
export const locationSchemas = {
  Location: {
    description: "A place of an image's data",
    ...objectOf({
      url: described(
        url,
        "A registered URL as it is; `s3://STORE/KEY` for our own data, which opens nothing",
      ),
      metadata: described({ type: "object" }, "`store` where stores are named, and what was said of it"),
    }),
  },
  NewLocation: objectOf(
    { url: described(url, "Of http or https, where the data is and stays") },
    {
      validation_data: described(
        objectOf({
          os_hash_algo: { type: "string", enum: ["sha512", "md5"] },
          os_hash_value: described({ type: "string", maxLength: 128 }, "In hex"),
        }),
        "The image is in use when the data has this hash",
      ),
    },
  ),
} satisfies Record<string, Schema>;

const noImage = "There is no such image, or the caller does not see it";

/** The operations of the locations function. */
export const locations = {
  addLocation: {
    tag: "images",
    details:
      "With a hash the image is `importing` until all of the data is read, and `queued` again where it has another one. " +
      "Without, it is `active` at once and gets its hashes later. The data is read by the rules for foreign sources " +
      "(`allowed_hosts`, `import_allowed_networks`, …), and is never deleted.",
    body: {
      required: true,
      content: json(schemaRef("NewLocation"), { url: "https://images.example/debian-13.qcow2" }),
    },
    answers: { 202: { description: "It is being done" } },
    errors: {
      400: "The body, the URL or the hash is not what it should be, nothing can be read there, or disk_format or container_format is not set",
      403: "The policy does not allow it, or the URL is not one that others than services may register",
      404: noImage,
      409: "The image is not `queued`",
      413: "Above `image_size_cap`, or more than the project has room for",
      415: "The data is not of the declared format, or unsafe",
    },
  },
  listLocations: {
    tag: "images",
    answers: {
      200: {
        description: "The places, the one first that is read first; none without data",
        content: json(listOf(schemaRef("Location")), [
          { url: `s3://fast/${id}/0b0f4a56-6f0f-4f07-8a55-3a4e2f6f0a11`, metadata: { store: "fast" } },
        ]),
      },
    },
    errors: { 403: "The policy `fetch_image_location` does not allow it", 404: noImage },
  },
} as const satisfies Partial<Record<OperationName, Description>>;
