import type { OperationName } from "../../../shared/routes.ts";
import {
  type Description,
  described,
  emptyAnswer,
  json,
  listOf,
  objectOf,
  type Parameter,
  type Schema,
  schemaRef,
  text,
} from "../description.ts";

const flag: Schema = { type: "string", const: "true" };
const told = {
  id: described(text, "For `X-Image-Meta-Store` and `store`"),
  optional: {
    description: text,
    default: described(flag, "Images go there whose creator names no store"),
    "read-only": described(flag, "It takes no new images"),
  },
};

/** Bodies about stores (docs/stores.md). */
export const storeSchemas = {
  Stores: {
    description: "The stores in the order of the settings; the flags are absent where they are not true",
    ...objectOf({ stores: listOf(objectOf({ id: told.id }, told.optional)) }),
  },
  StoreDetails: {
    description: "The stores with what operators know of them",
    ...objectOf({
      stores: listOf(
        objectOf(
          {
            id: told.id,
            type: { type: "string", enum: ["s3", "swift", "file", "http"] },
            weight: described(
              { type: "integer" },
              "Of several stores that have an image, the heaviest serves it",
            ),
            properties: { type: "object", description: "What the settings say of it; no secrets" },
          },
          told.optional,
        ),
      ),
    }),
  },
} satisfies Record<string, Schema>;

/** Says where an upload goes. */
export const storeHeader: Parameter = {
  name: "X-Image-Meta-Store",
  in: "header",
  description:
    "The store that the image goes to, one of `/v2/info/stores`; the default one without. Not looked at where no stores " +
    "are named.",
  schema: text,
};
export const unknownStore = "there is no store of the name that is asked for";
export const readOnlyStore = "The store that is asked for takes no new images";

const fast = { id: "fast", description: "For machines that start often", default: "true" };
const cheap = { id: "cheap" };
const noBody = "There is a body, and none is expected";
const notNamed = "No stores are named (`enabled_backends`)";

/** What is said of stores. */
export const storeLists = {
  listStores: {
    tag: "discovery",
    answers: {
      200: {
        description: "The stores",
        content: json(schemaRef("Stores"), { stores: [fast, cheap] }),
      },
    },
    errors: { 400: noBody, 404: notNamed },
  },
  listStoreDetails: {
    tag: "discovery",
    answers: {
      200: {
        description: "The stores with their details",
        content: json(schemaRef("StoreDetails"), {
          stores: [
            { ...fast, type: "s3", weight: 10, properties: {} },
            { ...cheap, type: "s3", weight: 0, properties: { storage_class: "GLACIER_IR" } },
          ],
        }),
      },
    },
    errors: { 400: noBody, 403: "The policy `stores_info_detail` does not allow it", 404: notNamed },
  },
  deleteFromStore: {
    tag: "images",
    details:
      "The last place of the data is never taken. The bytes are gone from there soon after this is answered.",
    answers: emptyAnswer,
    errors: {
      400: noBody,
      403: "The policy does not allow it, or the data is in no other store",
      404: `${notNamed}. Or: there is no such image, the caller does not see it, or it is not in that store`,
      409: "There is no such store, or the image is not `active`",
    },
  },
} as const satisfies Partial<Record<OperationName, Description>>;
