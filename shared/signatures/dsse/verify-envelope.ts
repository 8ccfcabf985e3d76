import { createPublicKey, type KeyObject, verify } from "node:crypto";
import type { SigningJwk } from "../jwk-set.ts";
import { type DsseEnvelope, preAuthenticationEncoding } from "./envelope.ts";

/** A key that may have signed, and what it is called. */
export interface VerifyingKey {
  readonly kid: string;
  readonly key: KeyObject;
}

export const verifyingKey = ({ kid, kty, crv, x, y }: SigningJwk): VerifyingKey => ({
  kid,
  key: createPublicKey({ key: { kty, crv, x, y }, format: "jwk" }),
});

/**
 * The payload and the key that signed it, if one of these keys did; else undefined. Which key a signature says it is of
 * decides nothing: each is tried with each key.
 */
export function verifyEnvelope(
  { payload, payloadType, signatures }: DsseEnvelope,
  keys: readonly VerifyingKey[],
): { readonly payload: Buffer; readonly kid: string } | undefined {
  const bytes = Buffer.from(payload, "base64");
  const message = preAuthenticationEncoding(payloadType, bytes);
  for (const { sig } of signatures)
    for (const { kid, key } of keys)
      if (verify("sha256", message, { key, dsaEncoding: "der" }, Buffer.from(sig, "base64")))
        return { payload: bytes, kid };
  return undefined;
}
