import { createPublicKey } from "node:crypto";
import type { SigningJwk } from "../../signatures/jwk-set.ts";

/** The keys as a JWK set (RFC 7517), each with its PEM beside it, which openssl and others read. */
export const provenanceKeysDocument = (keys: readonly SigningJwk[]) => ({
  keys: keys.map((key) => ({
    ...key,
    pem: createPublicKey({
      key: { kty: key.kty, crv: key.crv, x: key.x, y: key.y },
      format: "jwk",
    }).export({ type: "spki", format: "pem" }),
  })),
});
