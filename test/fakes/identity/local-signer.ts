import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { jwtSigningInput } from "../../../shared/identity/adapters/jwt/jwt-signing-input.ts";
import type { TokenSigner } from "../../../shared/identity/ports/token-signer.ts";
import { type SigningJwk, signingJwk } from "../../../shared/signatures/jwk-set.ts";

export interface LocalSigner extends TokenSigner {
  readonly jwk: SigningJwk;
  readonly publicKey: KeyObject;
  /** Signs any input: for tokens that no signer would make. */
  signInput(input: string): string;
}

/** A TokenSigner with a key of its own in memory. */
export function localSigner(): LocalSigner {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x, y } = publicKey.export({ format: "jwk" });
  const jwk = signingJwk(x, y);
  const signInput = (input: string) =>
    `${input}.${sign("sha256", Buffer.from(input), { key: privateKey, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
  return {
    jwk,
    publicKey,
    signInput,
    publicKeys: async () => ({ keys: [jwk] }),
    sign: async (claims) => signInput(jwtSigningInput(jwk.kid, claims)),
  };
}
