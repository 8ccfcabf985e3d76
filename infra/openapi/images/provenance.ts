import type { OperationName } from "../../../shared/routes.ts";
import {
  type Description,
  described,
  json,
  listOf,
  objectOf,
  type Schema,
  schemaRef,
  text,
} from "../description.ts";

const base64: Schema = { type: "string", contentEncoding: "base64" };

export const provenanceSchemas = {
  Provenance: {
    description: "A DSSE v1 envelope around an in-toto statement v1; docs/provenance.md says what it states",
    ...objectOf({
      payload: described(base64, "The statement, JSON"),
      payloadType: { type: "string", const: "application/vnd.in-toto+json" },
      signatures: listOf(
        objectOf({
          keyid: described(text, "The `kid` of one of the published keys"),
          sig: described(base64, "ECDSA on P-256 with SHA-256 of the envelope's encoding (PAE), in DER"),
        }),
      ),
    }),
  },
  ProvenanceKeys: objectOf({
    keys: listOf(
      objectOf({
        kty: { type: "string", const: "EC" },
        crv: { type: "string", const: "P-256" },
        alg: { type: "string", const: "ES256" },
        use: { type: "string", const: "sig" },
        kid: described(text, "RFC 7638 thumbprint"),
        x: text,
        y: text,
        pem: described(text, "The same key in PEM"),
      }),
    ),
  }),
} satisfies Record<string, Schema>;

const kid = "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U";

/** Signed statements of what is stored. */
export const provenance = {
  showProvenance: {
    tag: "audit",
    details:
      "For whoever may see the image; the owner's project and admins are told beside who uploaded it. An unchanged statement " +
      "has the same signature for 30 days.",
    answers: {
      200: {
        description: "The statement in its envelope",
        content: json(schemaRef("Provenance"), {
          payload: "eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEifQ==",
          payloadType: "application/vnd.in-toto+json",
          signatures: [{ keyid: kid, sig: "MEUCIQDq" }],
        }),
      },
    },
    errors: {
      400: "There is a body, and none is expected",
      404: "There is no such image, or the caller does not see it. Or: the service signs nothing (`image_provenance`)",
      409: "Nothing can be stated: the image has no data of its own, or it is damaged, or no SHA-2 hash of it is known",
    },
  },
  listProvenanceKeys: {
    tag: "audit",
    details:
      "All that ever signed a statement, so that old ones can be verified. None before the first statement.",
    answers: {
      200: {
        description: "The keys",
        headers: { "Cache-Control": { description: "How long they may be kept", schema: text } },
        content: json(schemaRef("ProvenanceKeys"), {
          keys: [
            {
              kty: "EC",
              crv: "P-256",
              alg: "ES256",
              use: "sig",
              kid,
              x: "WKn-ZIGevcwGIyyrzFoZNBdaq9_TsqzGl96oc0CWuis",
              y: "y77t-RvAHRKTsSGdIYUfweuOvwrvDD-Q3Hv5J0fSKbE",
              pem: "-----BEGIN PUBLIC KEY-----\n…\n-----END PUBLIC KEY-----\n",
            },
          ],
        }),
      },
    },
    errors: { 400: "There is a body, and none is expected" },
  },
} as const satisfies Partial<Record<OperationName, Description>>;
