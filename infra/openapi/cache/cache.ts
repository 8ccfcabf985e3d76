import type { OperationName } from "../../../shared/routes.ts";
import {
  type Description,
  described,
  emptyAnswer,
  json,
  listOf,
  objectOf,
  orNull,
  type Parameter,
  type Schema,
  schemaRef,
  text,
} from "../description.ts";

const seconds = (description: string): Schema => ({ type: "number", minimum: 0, description });

export const cacheSchemas = {
  CacheState: objectOf({
    cached_images: listOf(schemaRef("CachedImage")),
    queued_images: listOf(described(text, "An image's id")),
  }),
  CachedImage: {
    description: "An image that is in the cache",
    ...objectOf({
      image_id: text,
      hits: {
        type: "integer",
        minimum: 0,
        description: "How often it was read, as far as that was written down",
      },
      last_accessed: seconds("Seconds since 1970, with a fraction; 0: never"),
      last_modified: seconds("When it was cached, in the same form"),
      size: { type: "integer", minimum: 0 },
      checksum: orNull(text),
    }),
  },
  PrunedCache: objectOf({
    total_files_pruned: { type: "integer", minimum: 0 },
    total_bytes_pruned: { type: "integer", minimum: 0 },
  }),
} satisfies Record<string, Schema>;

const id = "71c675ab-d94f-49cd-a114-e12490b328d9";
const noBody = "There is a body, and none is expected";
const noAdmin = "The caller is no admin";
const off = "The cache is off: image_cache_dir is not set";

const target: Parameter = {
  name: "x-image-cache-clear-target",
  in: "header",
  description: "What to empty, in any case: `cache`, `queue`, or both when it is absent or empty.",
  schema: { type: "string" },
};

/** The operations of the cache. */
export const cache = {
  listCache: {
    tag: "cache",
    details: "Of all projects, the images that were used last first; at most 20,000 of each kind.",
    answers: {
      200: {
        description: "What is cached and what waits",
        content: json(schemaRef("CacheState"), {
          cached_images: [
            {
              image_id: id,
              hits: 3,
              last_accessed: 1796115600.25,
              last_modified: 1796112000.5,
              size: 734003200,
              checksum: "d41d8cd98f00b204e9800998ecf8427e",
            },
          ],
          queued_images: ["0b0f4a56-6f0f-4f07-8a55-3a4e2f6f0a11"],
        }),
      },
    },
    errors: { 400: noBody, 403: noAdmin, 404: off },
  },
  clearCache: {
    tag: "cache",
    details: "What was being copied is copied no further. Repeating it is fine.",
    parameters: [target],
    answers: emptyAnswer,
    errors: { 400: `The target is another word. Or: ${noBody}`, 403: noAdmin, 404: off },
  },
  cleanCache: {
    tag: "cache",
    details:
      "Takes out what is of an image that is gone or has other data, and what has got nowhere for " +
      "`image_cache_stall_time`. A job does the same every quarter of an hour.",
    answers: { 200: { description: "Done" } },
    errors: { 400: noBody, 403: noAdmin, 404: off },
  },
  pruneCache: {
    tag: "cache",
    details:
      "Takes out images, least recently used first, until the copies have no more than `image_cache_max_size` bytes. A " +
      "job does the same every quarter of an hour.",
    answers: {
      200: {
        description: "What was taken out",
        content: json(schemaRef("PrunedCache"), { total_files_pruned: 2, total_bytes_pruned: 1468006400 }),
      },
    },
    errors: { 400: noBody, 403: noAdmin, 404: off },
  },
  showCacheNodes: {
    tag: "cache",
    details: "All of this service has one cache, and no nodes.",
    answers: {},
    errors: {
      400: noBody,
      403: noAdmin,
      404: `There is no such image, or the caller does not see it. Or: ${off}`,
      409: "There are no nodes",
    },
  },
  queueImageForCache: {
    tag: "cache",
    details:
      "It is copied within seconds, in the order in which images were queued. One that is cached or queued stays so. An " +
      "image whose own store serves it is cached at no cost: nothing is copied.",
    answers: { 202: { description: "It is cached or will be" } },
    errors: {
      400: `The image is not active. Or: ${noBody}`,
      403: noAdmin,
      404: `There is no such image, or the caller does not see it. Or: ${off}`,
    },
  },
  deleteFromCache: {
    tag: "cache",
    details:
      "The image itself stays. Repeating it is fine. Bytes of a copy are deleted when the last URL of it is over.",
    answers: emptyAnswer,
    errors: {
      400: noBody,
      403: noAdmin,
      404: `There is no such image, and nothing of it in the cache. Or: ${off}`,
    },
  },
} as const satisfies Partial<Record<OperationName, Description>>;
