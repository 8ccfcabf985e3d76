import { createHash } from "node:crypto";
import { ownValue } from "../own-value.ts";
import {
  type HashMethod,
  hashMethods,
  isHashMethod,
  isKeyType,
  keyTypes,
  type SignatureKeyType,
} from "./signature-algorithms.ts";

/** The properties by which Glance knows a signed image (python3-cursive, signature_utils.py). */
export const signatureProperties = [
  "img_signature",
  "img_signature_hash_method",
  "img_signature_key_type",
  "img_signature_certificate_uuid",
] as const;

/** What a signed image's properties say. */
export interface ImageSignature {
  /** Base64, as it was given. */
  readonly signature: string;
  readonly hash_method: HashMethod;
  readonly key_type: SignatureKeyType;
  readonly certificate_uuid: string;
}

/** Twice the base64 of a signature by an RSA key of 16,384 bits. */
const MAX_SIGNATURE_LENGTH = 6000;

/** Properties that say nothing good of a signature: why, in a sentence. */
export class MalformedSignature extends Error {}

const isBase64 = (text: string): boolean =>
  /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text) && text !== "";

const words = (names: Iterable<string>): string => [...names].join(", ");

/** The bytes of a signature; base64 comes in lines, too (`openssl base64`). */
export const signatureBytes = ({ signature }: Pick<ImageSignature, "signature">): Buffer =>
  Buffer.from(signature.replaceAll(/\s/g, ""), "base64");

/** SHA-256 of a signature's bytes, hex: the same however its base64 is broken into lines. */
export const signatureDigest = (signed: Pick<ImageSignature, "signature">): string =>
  createHash("sha256").update(signatureBytes(signed)).digest("hex");

/**
 * The signature that an image's properties name; undefined for an image that has none of the four. Throws
 * MalformedSignature for some of them without the others: Glance takes such an image for one without a signature, and
 * whoever has misspelled a name would think it verified.
 */
export function signatureOf(properties: Readonly<Record<string, string | null>>): ImageSignature | undefined {
  const values = signatureProperties.map((name) => ownValue(properties, name) ?? undefined);
  const missing = signatureProperties.filter((_, index) => values[index] === undefined);
  if (missing.length === signatureProperties.length) return undefined;
  if (missing.length > 0) {
    throw new MalformedSignature(
      `the image has only some of the properties of a signature. Missing: ${words(missing)}. Set all four, or remove the others.`,
    );
  }
  const [signature = "", hash_method = "", key_type = "", certificate_uuid = ""] = values;
  if (signature.length > MAX_SIGNATURE_LENGTH || !isBase64(signature.replaceAll(/\s/g, "")))
    throw new MalformedSignature("the signature data was not properly encoded using base64 (img_signature).");
  if (!isHashMethod(hash_method)) {
    throw new MalformedSignature(
      `invalid signature hash method: ${hash_method.slice(0, 100)}. img_signature_hash_method must be one of ${words(hashMethods.keys())}.`,
    );
  }
  if (!isKeyType(key_type)) {
    throw new MalformedSignature(
      `invalid signature key type: ${key_type.slice(0, 100)}. img_signature_key_type must be one of ${words(keyTypes.keys())}.`,
    );
  }
  // It becomes a part of names and URLs.
  if (!/^[A-Za-z0-9][\w-]{0,127}$/.test(certificate_uuid)) {
    throw new MalformedSignature(
      "img_signature_certificate_uuid is no id of a certificate: letters, digits, _ and - are taken.",
    );
  }
  return { signature, hash_method, key_type, certificate_uuid };
}

/** Whether any of the four is there, whatever it says. */
export const namesSignature = (properties: Readonly<Record<string, string | null>>): boolean =>
  signatureProperties.some((name) => (ownValue(properties, name) ?? null) !== null);

/** Whether both say the same of a signature, or neither says anything. */
export const isSameSignature = (
  one: ImageSignature | undefined,
  other: ImageSignature | undefined,
): boolean =>
  one?.signature === other?.signature &&
  one?.hash_method === other?.hash_method &&
  one?.key_type === other?.key_type &&
  one?.certificate_uuid === other?.certificate_uuid;
