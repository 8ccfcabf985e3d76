import { isJsonObject } from "../../json-object.ts";

/** A signed message in the JSON form of DSSE v1 (secure-systems-lab/dsse, envelope.md). */
export interface DsseEnvelope {
  /** Base64 of the bytes that are signed. */
  readonly payload: string;
  readonly payloadType: string;
  readonly signatures: readonly EnvelopeSignature[];
}

interface EnvelopeSignature {
  /** A hint at the key, and never a reason to trust one. */
  readonly keyid?: string;
  /** Base64; of ECDSA the DER form. */
  readonly sig: string;
}

/** A text that is no envelope, or holds something else than was asked for. */
export class NotAnEnvelope extends Error {}

/** Somebody's file may hold anything: nobody signs so often. */
const MOST_SIGNATURES = 100;
/** Standard and URL-safe forms are both allowed. */
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

const isBase64 = (value: unknown): value is string => typeof value === "string" && BASE64.test(value);

/** What is signed in place of the payload: its type cannot be exchanged for another (protocol.md, PAE). */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Buffer {
  const type = Buffer.from(payloadType, "utf8");
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${type.length} `),
    type,
    Buffer.from(` ${payload.length} `),
    payload,
  ]);
}

function signatureIn(value: unknown): EnvelopeSignature {
  if (!isJsonObject(value) || !isBase64(value.sig) || value.sig === "")
    throw new NotAnEnvelope("a signature has no base64 in its member sig");
  const { keyid = "", sig } = value;
  if (typeof keyid !== "string") throw new NotAnEnvelope("a signature's keyid is no text");
  return { keyid, sig };
}

/** The envelope in a JSON value. Members that DSSE does not know are left out. Throws NotAnEnvelope. */
export function dsseEnvelopeOf(value: unknown): DsseEnvelope {
  if (!isJsonObject(value)) throw new NotAnEnvelope("it is no JSON object");
  const { payload, payloadType, signatures } = value;
  if (!isBase64(payload)) throw new NotAnEnvelope("its member payload is no base64");
  if (typeof payloadType !== "string") throw new NotAnEnvelope("its member payloadType is no text");
  if (!Array.isArray(signatures) || signatures.length === 0 || signatures.length > MOST_SIGNATURES)
    throw new NotAnEnvelope(`its member signatures is no list of 1 to ${MOST_SIGNATURES}`);
  return { payload, payloadType, signatures: signatures.map(signatureIn) };
}
