import type { OperationName } from "../../../shared/routes.ts";
import { type Description, emptyAnswer, json, type Parameter, schemaRef } from "../description.ts";
import { readOnlyStore, storeHeader, unknownStore } from "./stores.ts";

const transfer = {
  id: "0b0f4a56-6f0f-4f07-8a55-3a4e2f6f0a11",
  image_id: "71c675ab-d94f-49cd-a114-e12490b328d9",
  state: "open",
  stage: false,
  size: 734003200,
  part_size: 16777216,
  max_parts: 10000,
  expires_at: "2026-11-21T09:00:00.000Z",
  image_status: "saving",
};
const etag = "9e107d9d372bb6826bd81d3542a419d6";

const marker: Parameter = {
  name: "marker",
  in: "query",
  description: "Only parts with numbers above this one.",
  schema: { type: "string", pattern: "^\\d{1,5}$" },
};
const broken: Parameter = {
  name: "broken",
  in: "query",
  description:
    "`true`: the upload broke off. Its size is remembered for 10 minutes, and smaller uploads of the image are refused " +
    "meanwhile. Without it only empty ones are.",
  schema: { type: "string", enum: ["true", "false"], default: "false" },
};

const ref = {
  403: "The transfer token is not this transfer's, or the policy does not allow it",
  404: "There is no such image or transfer, or the caller does not see it",
  410: "The image was deleted meanwhile, or the transfer's life is over",
};
const changed = "Others changed the image at the same time, again and again";

/** The operations of the transfers function. */
export const transfers = {
  createTransfer: {
    tag: "transfers",
    details:
      "The image goes from `queued` to `saving` (`uploading` when it is staged), and no other upload of it can begin while " +
      "the transfer lives. Do not repeat the call after its answer was lost: until the lease ends that is 409.",
    parameters: [storeHeader],
    body: {
      required: false,
      content: json(schemaRef("NewTransfer"), { size: 734003200, lease: 3600, stage: false }),
    },
    answers: {
      201: {
        description: "The transfer, with its token",
        headers: {
          Location: { description: "The transfer's URL", schema: { type: "string", format: "uri" } },
        },
        content: json(schemaRef("OpenedTransfer"), {
          ...transfer,
          project_id: "b3d1a5c0f6e24a8f9d0c7b6a5e4f3d2c",
          token: "wXqg0fZ3n0cZ8pYb8c2m8m1f6y3rJ4k5l6m7n8o9p0q",
        }),
      },
      204: { description: "With `broken`: it is remembered, and nothing was created" },
    },
    errors: {
      400: `A member is not what it should be, ${unknownStore}, disk_format or container_format is not set, or the size is that of the rest of an upload that broke off, or 0 after one that failed`,
      404: "There is no such image, or the caller does not see it",
      409: "The image is not `queued`, or another transfer of it lives",
      410: readOnlyStore,
      413: "Above `image_size_cap`, or more than the project has room for",
    },
  },
  showTransfer: {
    tag: "transfers",
    details: "To resume an upload, store what the list of parts lacks. Counts as a use.",
    parameters: [marker],
    answers: {
      200: {
        description: "The transfer and a page of its parts",
        content: json(schemaRef("TransferWithParts"), {
          ...transfer,
          parts: [{ number: 1, size: 16777216, etag }],
        }),
      },
    },
    errors: { ...ref, 400: "The marker is no part number", 409: "The transfer ended at this moment" },
  },
  signParts: {
    tag: "transfers",
    details:
      "For parts in any order, any number of times; each URL is good for one length and for an hour " +
      "(`upload_url_expires`). What is stored and what good URLs can store never come to more than the announced size. " +
      "Counts as a use.",
    body: {
      required: true,
      content: json(schemaRef("WantedParts"), { parts: [{ number: 1, size: 16777216 }] }),
    },
    answers: {
      200: {
        description: "The URLs",
        content: json(schemaRef("SignedParts"), {
          parts: [
            {
              number: 1,
              size: 16777216,
              url: "https://bucket.s3.eu-central-1.amazonaws.com/key?partNumber=1",
            },
          ],
          expires_at: "2026-11-21T09:00:00.000Z",
          urls_expire_at: "2026-11-21T09:00:00.000Z",
        }),
      },
    },
    errors: {
      ...ref,
      400:
        "A number or size is not possible, there are none or more than 1,000, the parts would come to more than the " +
        "announced size, or the image has 0 bytes and so no parts",
      409: "The transfer is not open any more",
      413:
        "The image was announced without a size, and would exceed image_size_cap or a limit of its project; or the body " +
        "has more than 512 KiB",
    },
  },
  completeTransfer: {
    tag: "transfers",
    details:
      "Whoever has seen all bytes should state their hashes: the image is `active` at once then, and verified afterwards. " +
      "Repeating the call returns the first result.",
    body: {
      required: true,
      description: "`parts`, when given, must be what is stored.",
      content: json(schemaRef("Completion"), {
        size: 16777216,
        checksum: etag,
        parts: [{ number: 1, etag }],
      }),
    },
    answers: {
      200: {
        description: "The image is `active`, or its bytes are staged",
        content: json(schemaRef("Transfer"), { ...transfer, state: "complete", image_status: "active" }),
      },
      202: {
        description: "It goes on by itself: poll the transfer until it is `complete` or `aborted`",
        content: json(schemaRef("Transfer"), { ...transfer, state: "completing" }),
      },
    },
    errors: {
      ...ref,
      400: "Parts are missing or other ones are stored, their sum is not `size`, or the data does not have the stated hashes",
      409: `The transfer was aborted. Or: ${changed}`,
      413: "Above `image_size_cap`, or more than the project has room for",
      415: "The data is not of the declared format, or unsafe",
    },
  },
  abortTransfer: {
    tag: "transfers",
    details: "The image is `queued` again. Repeating it changes nothing.",
    parameters: [broken],
    answers: emptyAnswer,
    errors: {
      403: ref[403],
      404: ref[404],
      409: "The transfer is completing or complete",
      410: "The image was deleted meanwhile",
    },
  },
} as const satisfies Partial<Record<OperationName, Description>>;
