import type { OperationName } from "../../../shared/routes.ts";
import { type AnswerDescription, type Description, emptyAnswer, json, schemaRef } from "../description.ts";
import { imageListParameters } from "./image-list-parameters.ts";

const id = "71c675ab-d94f-49cd-a114-e12490b328d9";

export const imageExample = {
  id,
  name: "debian-13",
  status: "active",
  visibility: "shared",
  protected: false,
  os_hidden: false,
  checksum: "d41d8cd98f00b204e9800998ecf8427e",
  os_hash_algo: "sha512",
  os_hash_value:
    "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce" +
    "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
  owner: "3c1b5f0e6a7d4b0f9c2d8e7a6b5c4d3e",
  size: 734003200,
  virtual_size: 2147483648,
  container_format: "bare",
  disk_format: "qcow2",
  min_ram: 512,
  min_disk: 2,
  tags: ["stable"],
  created_at: "2026-11-20T09:00:00Z",
  updated_at: "2026-11-20T09:05:12Z",
  self: `/v2/images/${id}`,
  file: `/v2/images/${id}/file`,
  schema: "/v2/schemas/image",
  os_distro: "debian",
};

const image = (description: string, more: Partial<AnswerDescription> = {}): AnswerDescription => ({
  description,
  content: json(schemaRef("Image"), imageExample),
  ...more,
});

const noImage = "There is no such image, or the caller does not see it";
const noBody = "There is a body, and none is expected";
const changed = "Others changed the image at the same time, again and again";
const noRight = "The policy or the image's state does not allow it";

const change: Pick<Description, "tag" | "answers"> = { tag: "images", answers: emptyAnswer };

/** The operations of the images function. */
export const images = {
  createImage: {
    tag: "images",
    details:
      "The image is `queued`: it has no data yet. It is in every list that must show it when this is answered. Where stores " +
      "are named the header `OpenStack-image-store-ids` has their ids, with commas between.",
    body: {
      required: true,
      description: "Read as JSON whatever Content-Type says. At most 512 KiB.",
      content: json(schemaRef("NewImage"), {
        name: "debian-13",
        disk_format: "qcow2",
        container_format: "bare",
        visibility: "private",
        tags: ["stable"],
        os_distro: "debian",
      }),
    },
    answers: {
      201: image("The image", {
        headers: { Location: { description: "The image's URL", schema: { type: "string", format: "uri" } } },
      }),
    },
    errors: {
      400: "No JSON object, or a member is not what the image schema says",
      403: "A member is read-only or reserved, the owner is another project, or the policy does not allow it",
      409: "The id is taken, if only by a deleted image",
      413: "Above a quota of tags, properties or images, or more texts than can be kept (376 KiB)",
    },
  },
  listImages: {
    tag: "images",
    details:
      "The project's own images, public ones, and what was shared with the project and accepted, newest first. An " +
      "admin finds those of all projects, but for others' community images. Follow `next` until it is absent: it keeps all parameters. A name that is " +
      "given twice counts once, with the last value, but for `tag`, `sort_key` and `sort_dir`.",
    parameters: imageListParameters,
    answers: {
      200: {
        description: "A page of images; an empty one has no `next`",
        content: json(schemaRef("Images"), {
          images: [imageExample],
          first: "/v2/images?limit=1",
          next: `/v2/images?limit=1&marker=${id}`,
          schema: "/v2/schemas/images",
        }),
      },
    },
    errors: {
      400: "A parameter is not understood, the marker is unknown, or nothing was found in the time a request has",
      403: "The policy does not allow it, or the caller does not see the marker",
    },
  },
  showImage: {
    tag: "images",
    answers: { 200: image("The image") },
    errors: { 400: noBody, 404: noImage },
  },
  updateImage: {
    tag: "images",
    details:
      "All changes are made or none. `add` and `replace` of an attribute do the same; a custom property must be there " +
      "to be replaced or removed. Attributes are never removed, and formats change only while the image is `queued`.",
    body: {
      required: true,
      description: "The Content-Type chooses the form. At most 512 KiB.",
      content: {
        "application/openstack-images-v2.1-json-patch": {
          schema: schemaRef("ImageChanges"),
          example: [
            { op: "replace", path: "/name", value: "debian-13.1" },
            { op: "add", path: "/os_version", value: "13.1" },
            { op: "remove", path: "/os_distro" },
          ],
        },
        "application/openstack-images-v2.0-json-patch": {
          schema: schemaRef("OldImageChanges"),
          example: [{ replace: "/name", value: "debian-13.1" }, { remove: "/os_distro" }],
        },
      },
    },
    answers: { 200: image("The image as it is now") },
    errors: {
      400: "No JSON list of changes, a bad pointer, or a value that is not what the image schema says",
      403: "The attribute is read-only or reserved, or the policy does not allow the change",
      404: noImage,
      409: `A property to change or remove is not there, one to add is (in the older form). Or: ${changed}`,
      413: "Above a quota of tags or properties, or more texts than can be kept",
      415: "The Content-Type is neither form's",
    },
  },
  deleteImage: {
    ...change,
    details:
      "Gone for every reader when this is answered, with an upload under way. The id stays taken. How long the bytes " +
      "are kept, and who brings them back, says docs/operations.md.",
    errors: {
      400: noBody,
      403: "The image is protected, or the policy does not allow it",
      404: noImage,
      409: changed,
    },
  },
  deactivateImage: {
    ...change,
    details: "URLs that were handed out before stay good until they expire. Repeating it changes nothing.",
    errors: { 400: noBody, 403: noRight, 404: noImage, 409: changed },
  },
  reactivateImage: {
    ...change,
    details: "Repeating it changes nothing. What verification has deactivated is for admins to reactivate.",
    errors: { 400: noBody, 403: noRight, 404: noImage, 409: changed },
  },
  addTag: {
    ...change,
    details: "Repeating it changes nothing.",
    errors: {
      400: "The tag has more than 255 characters, or there is a body",
      403: noRight,
      404: noImage,
      409: changed,
      413: "Above the quota of tags",
    },
  },
  removeTag: {
    ...change,
    errors: {
      400: noBody,
      403: noRight,
      404: "There is no such image, the caller does not see it, or it does not have the tag",
      409: changed,
    },
  },
  showUsage: {
    tag: "images",
    details: "Sizes in MiB. Other methods of this path are 404, as if it were not there.",
    answers: {
      200: {
        description: "Usage and limits",
        content: json(schemaRef("Usage"), {
          usage: { image_count_total: { usage: 3, limit: 10 }, image_size_total: { usage: 700, limit: -1 } },
        }),
      },
    },
  },
} as const satisfies Partial<Record<OperationName, Description>>;
