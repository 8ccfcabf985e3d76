import { createHash } from "node:crypto";

/** A public key of this service that signatures are judged by: ES256 and nothing else. */
export interface SigningJwk {
  readonly kty: "EC";
  readonly crv: "P-256";
  readonly alg: "ES256";
  readonly use: "sig";
  /** RFC 7638 thumbprint of the key. */
  readonly kid: string;
  /** Coordinates in base64url, 32 bytes each. */
  readonly x: string;
  readonly y: string;
}

export interface JwkSet {
  readonly keys: readonly SigningJwk[];
}

const COORDINATE = /^[A-Za-z0-9_-]{43}$/;

/** The key with these coordinates. Throws for anything but P-256 coordinates; the kid is always computed. */
export function signingJwk(x: unknown, y: unknown): SigningJwk {
  if (typeof x !== "string" || typeof y !== "string" || !COORDINATE.test(x) || !COORDINATE.test(y)) {
    throw new Error("a signing key has no P-256 coordinates");
  }
  // RFC 7638: the required members alone, in this order, without white space.
  const kid = createHash("sha256")
    .update(JSON.stringify({ crv: "P-256", kty: "EC", x, y }))
    .digest("base64url");
  return { kty: "EC", crv: "P-256", alg: "ES256", use: "sig", kid, x, y };
}
