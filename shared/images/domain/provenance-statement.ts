import { Conflict } from "../../errors.ts";
import type { Image, SignatureEvidence } from "./image.ts";
import { isOwn } from "./location.ts";

/** Media type of an in-toto statement, as an envelope names it (in-toto/attestation, spec/v1/envelope.md). */
export const STATEMENT_TYPE = "application/vnd.in-toto+json";
export const IN_TOTO_STATEMENT = "https://in-toto.io/Statement/v1";
/** What our predicate means is in docs/provenance.md. A TypeURI need not resolve (spec/v1/field_types.md). */
export const STORED_IMAGE = "urn:x-serverless-glance:stored-image:v1";

/**
 * How the hash came about: `verified`, the service itself has hashed all bytes, as they came or by reading them back;
 * `stated`, the uploader says so and the service has hashed nothing yet. That they were read back is `audited_at`'s to say.
 */
export type Assurance = "verified" | "stated";

/** With whose login an upload was begun, and when. */
export interface KnownUpload {
  readonly begun_at: string;
  readonly user_id: string;
  readonly project_id: string;
}

export interface StatementParts {
  /** The service's public address, where its operator has said it; null otherwise: no request decides what is signed. */
  readonly service: string | null;
  /** Ids of stores that have the image, where stores are named. */
  readonly stores: readonly string[] | null;
  /** Only for those who may know it; null where it is not on record. */
  readonly upload?: KnownUpload | null;
}

/** There is nothing that could be stated of the image's bytes. */
class NothingToState extends Conflict {
  constructor(id: string, why: string) {
    super(`Nothing is stated of image ${id}: ${why}`);
  }
}

/** Sha-2 hashes have the same names in in-toto's digest sets (spec/v1/digest_set.md). */
const DIGESTS = ["sha512", "sha384", "sha256"];

/** Without a time at which the service hashed them, nothing is said that the records do not prove. */
const assuranceOf = ({ verified_at }: Image["integrity"]): Assurance =>
  verified_at === undefined ? "stated" : "verified";

/** Member by member, in an order of its own: records do not keep theirs, and the same must be the same bytes. */
const evidenceOf = (signature: SignatureEvidence | undefined) =>
  signature
    ? {
        verified_at: signature.verified_at,
        certificate_uuid: signature.certificate_uuid,
        certificate_sha256: signature.certificate_sha256,
        signature_sha256: signature.signature_sha256 ?? null,
        hash_method: signature.hash_method ?? null,
        key_type: signature.key_type ?? null,
      }
    : null;

/** The image's hash, if something can be stated of it. Throws NothingToState. */
function digestOf({ id, status, os_hash_algo, os_hash_value, locations, integrity }: Image) {
  if (integrity.mismatch !== undefined || integrity.quarantined !== undefined)
    throw new NothingToState(id, `its data was found wrong or damaged; see /v2/images/${id}/integrity`);
  if (!["active", "deactivated"].includes(status) || locations.length === 0)
    throw new NothingToState(id, `it is ${status} and has no data; upload it first`);
  if (!locations.some(isOwn))
    throw new NothingToState(id, "its data is at another host, where it may change");
  if (os_hash_algo === null || os_hash_value === null || !DIGESTS.includes(os_hash_algo))
    throw new NothingToState(id, "no SHA-2 hash of its data is on record");
  return { [os_hash_algo]: os_hash_value };
}

/**
 * What the records prove of an image's stored bytes, as an in-toto statement v1 (in-toto/attestation, spec/v1): the same
 * bytes for the same records. Nothing in it can be changed by a PATCH. Throws Conflict where there is nothing to state.
 */
export function statementOf(image: Image, { service, stores, upload }: StatementParts): Buffer {
  const digest = digestOf(image);
  const { stated_at, verified_at, audited_at, audited_how, signature } = image.integrity;
  const statement = {
    _type: IN_TOTO_STATEMENT,
    subject: [{ name: image.id, digest }],
    predicateType: STORED_IMAGE,
    predicate: {
      service,
      image_id: image.id,
      size: image.locations.find(isOwn)?.size ?? image.size,
      checksum: image.checksum,
      assurance: assuranceOf(image.integrity),
      hashes_by: stated_at === undefined ? "service" : "uploader",
      stated_at: stated_at ?? null,
      verified_at: verified_at ?? null,
      audited_at: audited_at ?? null,
      audited_how: audited_how ?? null,
      signature: evidenceOf(signature),
      stores,
      ...(upload !== undefined && { upload }),
    },
  };
  return Buffer.from(JSON.stringify(statement));
}
