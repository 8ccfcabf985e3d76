import { generateKeyPairSync } from "node:crypto";
import { verifyingKey } from "../../shared/signatures/dsse/verify-envelope.ts";
import { signingJwk } from "../../shared/signatures/jwk-set.ts";

/** A key pair on P-256, its public half in each form that is asked for. */
export function p256Pair() {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x, y } = publicKey.export({ format: "jwk" });
  const jwk = signingJwk(x, y);
  const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
  return { privateKey, publicKey, jwk, pem, verifying: verifyingKey(jwk) };
}
