import { MAX_OBJECT_BYTES, MAX_PART_BYTES, MAX_PARTS } from "../../../shared/aws/multipart-limits.ts";
import { statuses } from "../../../shared/images/domain/status.ts";
import {
  booleanSchema,
  described,
  listOf,
  objectOf,
  orNull,
  type Schema,
  schemaRef,
  text,
  time,
} from "../description.ts";

const bytes: Schema = { type: "integer", minimum: 0, maximum: MAX_OBJECT_BYTES };
const partNumber: Schema = { type: "integer", minimum: 1, maximum: MAX_PARTS };
const partBytes: Schema = { type: "integer", minimum: 1, maximum: MAX_PART_BYTES };
const md5: Schema = { type: "string", pattern: "^[0-9a-fA-F]{32}$", description: "MD5 in hex" };
const sha512: Schema = { type: "string", pattern: "^[0-9a-fA-F]{128}$", description: "SHA-512 in hex" };

const transfer = {
  id: text,
  image_id: text,
  state: { type: "string", enum: ["open", "completing", "complete", "aborted"] },
  stage: described(booleanSchema, "The bytes are staged for an import"),
  size: described(orNull(bytes), "The image's bytes; null while unknown"),
  part_size: described(orNull(partBytes), "Recommended bytes of a part; null for an unknown size"),
  max_parts: { type: "integer", const: MAX_PARTS },
  expires_at: described(time, "When it ends unless it is used again"),
  image_status: { type: "string", enum: [...statuses] },
} satisfies Record<string, Schema>;

const failure = {
  failure: described(
    objectOf({ code: described({ type: "integer" }, "An HTTP status"), message: text }),
    "Why an aborted transfer brought no data",
  ),
};

/** Bodies of the transfer API (docs/transfers.md). */
export const transferSchemas = {
  NewTransfer: objectOf(
    {},
    {
      size: described(orNull(bytes), "The image's bytes; null or absent while unknown"),
      lease: described(
        orNull({ type: "integer", minimum: 30 }),
        "Seconds that the transfer lives after its last use (`transfer_lease_max` bounds it)",
      ),
      stage: described(booleanSchema, "Stage the bytes for an import"),
      store: described(
        orNull({ type: "string", maxLength: 255 }),
        "The store that the image goes to, before what `X-Image-Meta-Store` says; the default one without",
      ),
      signature_follows: described(
        objectOf({
          img_signature_hash_method: text,
          img_signature_key_type: text,
          img_signature_certificate_uuid: text,
        }),
        "What the image's signature will be like, which it gets before the transfer is completed (docs/signatures.md)",
      ),
      announced: described(
        booleanSchema,
        "For those who relay a PUT with image data: whether its client said the size, or its body of any length was found " +
          "to be empty (`empty_uploads`). Leave it out where the uploader itself opens the transfer",
      ),
      broken: described(
        booleanSchema,
        "`true`: nothing is created. An upload of this size was cut off before it could begin, and is remembered like one " +
          "that broke off",
      ),
    },
  ),
  OpenedTransfer: objectOf({
    ...transfer,
    project_id: described(text, "The caller's project"),
    token: described(text, "The transfer token: shown only here, and stored nowhere"),
  }),
  Transfer: objectOf(transfer, failure),
  TransferWithParts: objectOf(
    {
      ...transfer,
      parts: described(
        listOf(schemaRef("StoredPart")),
        "Stored parts with numbers above the marker, at most 1,000",
      ),
    },
    { ...failure, next_marker: described(partNumber, "The marker of the next page; absent on the last one") },
  ),
  StoredPart: objectOf({ number: partNumber, size: bytes, etag: described(text, "The part's MD5 in hex") }),
  WantedParts: objectOf({
    parts: {
      ...listOf(
        objectOf({ number: partNumber, size: described(partBytes, "At least 5 MiB, but for the last part") }),
      ),
      minItems: 1,
      maxItems: 1000,
    },
  }),
  SignedParts: objectOf({
    parts: listOf(
      objectOf({
        number: partNumber,
        size: partBytes,
        url: {
          type: "string",
          format: "uri",
          description: "PUT the bytes here, with exactly this Content-Length and without X-Auth-Token",
        },
      }),
    ),
    expires_at: described(time, "When the transfer ends unless it is used again"),
    urls_expire_at: time,
  }),
  Completion: objectOf(
    { size: bytes },
    {
      checksum: md5,
      os_hash_algo: { type: "string", const: "sha512" },
      os_hash_value: sha512,
      parts: listOf(objectOf({ number: partNumber, etag: text })),
    },
  ),
} satisfies Record<string, Schema>;
