import type { OperationName } from "../../../shared/routes.ts";
import { type Description, emptyAnswer } from "../description.ts";

const common = {
  400: "There is a body, and none is expected",
  403: "The caller is no admin",
  404: "There was never such an image, or its record was purged",
  410: "The bytes are not kept any more",
};

/** The operations of the recovery function. */
export const recovery = {
  restoreImage: {
    tag: "recovery",
    details:
      "The image is what it was, with all it had: data, properties, tags, members, `deactivated` or not.",
    answers: emptyAnswer,
    errors: {
      ...common,
      409: "The image is not in `pending_delete`, or it is being scrubbed at this moment",
    },
  },
  recoverImage: {
    tag: "recovery",
    details:
      "As restore, for images that are `deleted`: within `deleted_bytes_retention_days` of their deletion.",
    answers: emptyAnswer,
    errors: {
      ...common,
      409: "The image is not deleted, had no data, or its bytes are being deleted: try again in some minutes",
    },
  },
} as const satisfies Partial<Record<OperationName, Description>>;
