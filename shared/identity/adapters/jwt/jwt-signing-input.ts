import type { TokenClaims } from "../../domain/token-claims.ts";

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** The first two parts of a JWT: what is signed (RFC 7515, 5.1). */
export const jwtSigningInput = (kid: string, claims: TokenClaims): string =>
  `${encode({ alg: "ES256", kid, typ: "JWT" })}.${encode(claims)}`;
