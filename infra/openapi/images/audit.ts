import { damageKinds } from "../../../shared/images/domain/damage.ts";
import { findingStates } from "../../../shared/images/domain/finding.ts";
import { statuses } from "../../../shared/images/domain/status.ts";
import type { OperationName } from "../../../shared/routes.ts";
import {
  type Description,
  described,
  json,
  listOf,
  objectOf,
  orNull,
  type Parameter,
  type Schema,
  schemaRef,
  text,
  time,
} from "../description.ts";

const evidence: Schema = {
  type: "object",
  description: "Figures and texts of what was found",
  additionalProperties: { type: ["string", "number", "boolean", "null"] },
};
const FINDING_ID = "^[a-z0-9-]{1,100}\\.[0-9a-f]{32}$";
const maybe = orNull(time);

export const auditSchemas = {
  Integrity: {
    description: "What is known of an image's bytes; times are null for what has not happened",
    ...objectOf({
      image_id: text,
      status: { type: "string", enum: [...statuses] },
      size: { type: ["integer", "null"], minimum: 0 },
      hashes_by: {
        type: ["string", "null"],
        enum: ["service", "uploader", null],
        description: "Who computed the hashes that are on record",
      },
      stated_at: maybe,
      verified_at: maybe,
      audited_at: maybe,
      audited_how: {
        type: ["string", "null"],
        enum: ["read", "s3-batch", null],
        description: "Who read the bytes for the audit: this service, or S3",
      },
      signature: {
        ...objectOf({
          verified_at: time,
          certificate_uuid: described(text, "The id of the signer's certificate"),
          certificate_sha256: { type: "string", pattern: "^[0-9a-f]{64}$" },
          signature_sha256: described(
            orNull({ type: "string", pattern: "^[0-9a-f]{64}$" }),
            "Of the bytes of the signature that was verified; null, with the next three, if it was before this was kept",
          ),
          hash_method: orNull(text),
          key_type: orNull(text),
          same_as_properties: described(
            { type: ["boolean", "null"] },
            "Whether the image's properties name that signature still: they can be changed, and nothing is verified again",
          ),
        }),
        type: ["object", "null"],
        description: "That the data's signature was verified when it came; null for data without one",
      },
      mismatch: described(orNull(text), "Why verification deactivated the image"),
      quarantine: {
        ...objectOf({ at: time, reason: { type: "string", enum: [...damageKinds] }, evidence }),
        type: ["object", "null"],
        description: "Why an audit took the image out of use",
      },
    }),
  },
  Finding: {
    description: "Something that an audit found: one record, however often it is seen",
    ...objectOf({
      id: { type: "string", pattern: FINDING_ID },
      kind: described(text, "What is wrong, like hash-mismatch"),
      subject: described(text, "What it is wrong with"),
      image_id: orNull(text),
      object_key: orNull(text),
      evidence,
      state: { type: "string", enum: [...findingStates] },
      first_seen_at: time,
      last_seen_at: time,
      times_seen: { type: "integer", minimum: 1 },
      acknowledged_at: maybe,
      acknowledged_by: described(orNull(text), "The user's id"),
    }),
  },
  Findings: objectOf(
    { findings: listOf(schemaRef("Finding")) },
    { next: described(text, "The next page, relative to the service; absent on the last one") },
  ),
} satisfies Record<string, Schema>;

const id = "71c675ab-d94f-49cd-a114-e12490b328d9";
const finding = {
  id: "size-mismatch.8c6976e5b5410415bde908bd4dee15df",
  kind: "size-mismatch",
  subject: id,
  image_id: id,
  object_key: `${id}/0b0f4a56-6f0f-4f07-8a55-3a4e2f6f0a11`,
  evidence: { recorded: 734003200, stored: 1000 },
  state: "quarantined",
  first_seen_at: "2026-11-20T09:00:00.000Z",
  last_seen_at: "2026-11-20T09:00:00.000Z",
  times_seen: 1,
  acknowledged_at: null,
  acknowledged_by: null,
};

const query = (name: string, description: string, schema: Schema): Parameter => ({
  name,
  in: "query",
  description,
  schema,
});
const noBody = "There is a body, and none is expected";

/** What audits know and find. */
export const audit = {
  showIntegrity: {
    tag: "audit",
    details: "For whoever may see the image.",
    answers: {
      200: {
        description: "What is known of the image's bytes",
        content: json(schemaRef("Integrity"), {
          image_id: id,
          status: "active",
          size: 734003200,
          hashes_by: "uploader",
          stated_at: "2026-11-20T09:00:00.000Z",
          verified_at: "2026-11-20T09:02:00.000Z",
          audited_at: null,
          audited_how: null,
          signature: null,
          mismatch: null,
          quarantine: null,
        }),
      },
    },
    errors: { 400: noBody, 404: "There is no such image, or the caller does not see it" },
  },
  listFindings: {
    tag: "audit",
    details: "Of all projects. Other parameters than these are refused.",
    parameters: [
      query("limit", "Findings on the page: 100 unless it is given, at most 1,000.", {
        type: "integer",
        minimum: 1,
        maximum: 999_999_999,
      }),
      query("marker", "Id of the finding that the page begins after.", {
        type: "string",
        pattern: FINDING_ID,
      }),
      query("state", "Only findings in this state.", { type: "string", enum: [...findingStates] }),
    ],
    answers: {
      200: {
        description: "A page of findings",
        content: json(schemaRef("Findings"), { findings: [finding] }),
      },
    },
    errors: { 400: `A parameter is not understood. Or: ${noBody}`, 403: "The caller is no admin" },
  },
  acknowledgeFinding: {
    tag: "audit",
    details: "Repeating it is fine. It is told again when an audit acts on it or finds it mended.",
    answers: {
      200: {
        description: "The finding",
        content: json(schemaRef("Finding"), {
          ...finding,
          state: "acknowledged",
          acknowledged_at: "2026-11-20T10:00:00.000Z",
          acknowledged_by: "a1b2",
        }),
      },
    },
    errors: {
      400: `That cannot be the id of a finding. Or: ${noBody}`,
      403: "The caller is no admin",
      404: "There is no such finding",
    },
  },
} as const satisfies Partial<Record<OperationName, Description>>;
