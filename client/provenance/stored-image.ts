import {
  IN_TOTO_STATEMENT,
  STATEMENT_TYPE,
  STORED_IMAGE,
} from "../../shared/images/domain/provenance-statement.ts";
import { isJsonObject, type JsonObject } from "../../shared/json-object.ts";
import { ownValue } from "../../shared/own-value.ts";
import { type DsseEnvelope, dsseEnvelopeOf, NotAnEnvelope } from "../../shared/signatures/dsse/envelope.ts";
import { type VerifyingKey, verifyEnvelope } from "../../shared/signatures/dsse/verify-envelope.ts";
import { DataMismatch } from "../command-line/failures.ts";

/** What a signed statement says of an image. */
export interface StatedImage {
  readonly imageId: string;
  readonly algorithm: string;
  /** Hex. */
  readonly hash: string;
  readonly size: number;
  /** How the hash came about; anything but `verified` is told. */
  readonly assurance: string;
  readonly predicate: JsonObject;
  /** Thumbprint of the key that signed it. */
  readonly keyId: string;
}

function jsonIn(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}

/** The envelope in a file's or an answer's text. Throws DataMismatch. */
export function readEnvelope(text: string, what: string): DsseEnvelope {
  try {
    return dsseEnvelopeOf(jsonIn(Buffer.from(text)));
  } catch (error) {
    if (!(error instanceof NotAnEnvelope)) throw error;
    throw new DataMismatch(`${what} is no signed statement (a DSSE envelope): ${error.message}`);
  }
}

/** Hashes that in-toto names as OpenSSL does. */
const ALGORITHMS = ["sha512", "sha384", "sha256"];

function digestIn(subject: unknown) {
  const digest = isJsonObject(subject) && isJsonObject(subject.digest) ? subject.digest : {};
  const given = (name: string) => ownValue(digest, name);
  const algorithm = ALGORITHMS.find((name) => typeof given(name) === "string");
  const hash = algorithm === undefined ? "" : String(given(algorithm)).toLowerCase();
  return algorithm !== undefined && /^[0-9a-f]{64,128}$/.test(hash) ? { algorithm, hash } : undefined;
}

/**
 * What one of these keys has signed about an image. `what` begins the sentences; `whose` says where the keys are from.
 * Throws DataMismatch for a signature of none of them, and for a statement about something else.
 */
export function statedImage(
  envelope: DsseEnvelope,
  keys: readonly VerifyingKey[],
  { what, whose }: { readonly what: string; readonly whose: string },
): StatedImage {
  const { payloadType } = envelope;
  const verified = verifyEnvelope(envelope, keys);
  if (!verified) throw new DataMismatch(`${what} is signed by none of the keys ${whose}`);
  const wrong = (why: string) => new DataMismatch(`${what} states nothing of a stored image: ${why}`);
  if (payloadType !== STATEMENT_TYPE) throw wrong(`it holds ${payloadType}`);
  const statement = jsonIn(verified.payload);
  if (!isJsonObject(statement) || statement._type !== IN_TOTO_STATEMENT)
    throw wrong("it is no in-toto statement v1");
  if (statement.predicateType !== STORED_IMAGE) throw wrong(`it is a ${statement.predicateType}`);
  const { subject, predicate } = statement;
  const [only, ...more] = Array.isArray(subject) ? subject : [];
  const digest = digestIn(only);
  if (!digest || more.length > 0 || !isJsonObject(predicate)) throw wrong("it has not one image with a hash");
  const { image_id: imageId, size, assurance } = predicate;
  if (typeof imageId !== "string" || typeof size !== "number" || typeof assurance !== "string")
    throw wrong("it does not say which image, how long it is, and how its hash came about");
  return { imageId, ...digest, size, assurance, predicate, keyId: verified.kid };
}
