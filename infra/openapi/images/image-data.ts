import type { OperationName } from "../../../shared/routes.ts";
import { type Description, emptyAnswer, type Parameter } from "../description.ts";
import { readOnlyStore, storeHeader, unknownStore } from "./stores.ts";

const announced: Parameter = {
  name: "X-OpenStack-Image-Size",
  in: "header",
  description:
    "Bytes of the whole image. Another number of bytes is refused: part of an image is never taken for it.",
  schema: { type: "integer", minimum: 0 },
};

const body: NonNullable<Description["body"]> = {
  required: true,
  description:
    "The whole image. One without data makes an image of 0 bytes, but not within ten minutes after an upload with data " +
    "that failed. Through the ingress of any size, and of unknown length; " +
    "API Gateway itself takes about 4 MB.",
  content: {
    "application/octet-stream": { schema: { type: "string", contentMediaType: "application/octet-stream" } },
  },
};

const noImage = "There is no such image, or the caller does not see it";
const notQueued = "The image is not `queued`, or an upload of it is under way";
const ofIngress = {
  408: "Through the ingress: no more data came for too long",
  410: "Through the ingress: the image was deleted during the upload",
};
const tooLarge =
  "Larger than `image_size_cap`, than the project has room for, or than API Gateway takes: send it through the ingress or a transfer";
const notWhole =
  "Not the announced number of bytes, or what looks like the rest of an upload that broke off, or like nothing of it";

const copyProgress = {
  type: "object",
  required: ["copy", "size", "piece_bytes", "pieces"],
  properties: {
    copy: {
      type: "string",
      description: "Another one, when the copy was begun anew: then so does its reader",
    },
    size: { type: "integer", description: "Bytes of the image" },
    piece_bytes: { type: "integer", description: "Bytes of each piece" },
    pieces: {
      type: "array",
      description:
        "URLs of the pieces that come next, as many as are there, some at most. Each is good for 5 minutes",
      items: { type: "string", format: "uri" },
    },
  },
} as const;

const someProgress = {
  copy: "0b9a5c1e-33a1-4d7c-9b43-8a5d1f6f4c11",
  size: 41_943_040,
  piece_bytes: 16_777_216,
  pieces: [
    "https://bucket.s3.eu-central-1.amazonaws.com/cache/71c675ab-d94f-49cd-a114-e12490b328d9/0b9a5c1e-33a1-4d7c-9b43-8a5d1f6f4c11.00001?X-Amz-Signature=5ecf",
  ],
};

/** The operations of the data function. */
export const imageData = {
  uploadImage: {
    tag: "image data",
    details:
      "The image is `active` when this is answered. Never 503, after which clients would repeat the request without the data.",
    parameters: [announced, storeHeader],
    body,
    answers: emptyAnswer,
    errors: {
      ...ofIngress,
      400: `disk_format or container_format is not set, or ${unknownStore}. The signature of the data is wrong (docs/signatures.md). Or: ${notWhole}`,
      404: noImage,
      409: notQueued,
      410: `${readOnlyStore}. ${ofIngress[410]}`,
      413: tooLarge,
      415: "The Content-Type is another one, or the data is not of the declared format or unsafe",
    },
  },
  stageImage: {
    tag: "image data",
    details: "The image is `uploading` when this is answered. Formats need not be set yet.",
    parameters: [announced],
    body,
    answers: emptyAnswer,
    errors: {
      ...ofIngress,
      400: notWhole,
      404: noImage,
      409: notQueued,
      413: tooLarge,
      415: "The Content-Type is another one",
    },
  },
  downloadImage: {
    tag: "image data",
    parameters: [
      {
        name: "prefer",
        in: "query",
        description:
          "Stores to read from rather than from others, with commas between; needs the policy `download_from_store`.",
        schema: { type: "string" },
        example: "cheap,fast",
      },
      {
        name: "Range",
        in: "header",
        description:
          "Not looked at here: clients send it along to where the redirect leads, which answers 206 with that part or 416.",
        schema: { type: "string" },
        example: "bytes=0-1048575",
      },
      {
        name: "X-Image-Follow-Copy",
        in: "header",
        description:
          "For readers who can follow a copy while it is being made (docs/caching.md), as the ingress does: how many of " +
          "its pieces they have.",
        schema: { type: "integer", minimum: 0, maximum: 10_000 },
      },
    ],
    answers: {
      202: {
        description:
          "Only with `X-Image-Follow-Copy`: the data is being copied. Its next pieces, which are not verified yet; the " +
          "last part comes with the whole only",
        content: { "application/json": { schema: copyProgress, example: someProgress } },
      },
      204: { description: "The image has no data yet" },
      302: {
        description:
          "The bytes are at a presigned URL of the image bucket, good for an hour (`download_url_expires`) and for " +
          "ranges. Compare them with `os_hash_value`: there is no Content-MD5. Of a copy, and with `X-Image-Follow-Copy`, " +
          "the header `X-Image-Sha512` is the hash of all its bytes: who has followed it compares before the end",
        headers: {
          Location: { description: "The presigned URL", schema: { type: "string", format: "uri" } },
        },
      },
    },
    errors: {
      400: "There is a body, and none is expected; or a store of `prefer` is none of those that are named",
      403: "The image is deactivated and the caller no admin, or the policy does not allow it",
      404: noImage,
      503: "The data lie in a store that serves no downloads: they are being copied to where they can be served. Try again",
    },
  },
} as const satisfies Partial<Record<OperationName, Description>>;
