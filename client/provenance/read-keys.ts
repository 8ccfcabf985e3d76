import { createPublicKey } from "node:crypto";
import { isJsonObject } from "../../shared/json-object.ts";
import { type VerifyingKey, verifyingKey } from "../../shared/signatures/dsse/verify-envelope.ts";
import { signingJwk } from "../../shared/signatures/jwk-set.ts";

/** What is there holds no key that could have signed a statement. */
export class NoKeys extends Error {}

/** A service has one key, and those before it. */
const MOST_KEYS = 1000;

function jwkOf(value: unknown): VerifyingKey {
  if (!isJsonObject(value) || value.kty !== "EC" || value.crv !== "P-256")
    throw new NoKeys("it holds a key that is not on the curve P-256");
  try {
    return verifyingKey(signingJwk(value.x, value.y));
  } catch (cause) {
    throw new NoKeys("it holds a key that is no point of the curve P-256", { cause });
  }
}

function inSet(text: string): readonly VerifyingKey[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new NoKeys("it is neither PEM nor JSON");
  }
  if (!isJsonObject(value)) throw new NoKeys("it is neither PEM nor a JWK set");
  const keys = Array.isArray(value.keys) ? value.keys : [value];
  if (keys.length > MOST_KEYS) throw new NoKeys(`it holds more than ${MOST_KEYS} keys`);
  if (keys.length === 0) throw new NoKeys("it holds no key: none has signed a statement yet");
  return keys.map(jwkOf);
}

const PEM = /-----BEGIN PUBLIC KEY-----[^-]*-----END PUBLIC KEY-----/g;

function inPem(pem: string): VerifyingKey {
  try {
    return jwkOf(createPublicKey(pem).export({ format: "jwk" }));
  } catch (error) {
    throw error instanceof NoKeys ? error : new NoKeys("its PEM is no public key on the curve P-256");
  }
}

/** The keys in a JWK set, a JWK, or one or more public keys in PEM. Names that they are given count for nothing. */
export function keysIn(text: string): readonly VerifyingKey[] {
  // A set of this service's has the PEM of each key in it.
  const blocks = text.trimStart().startsWith("{") ? null : text.match(PEM);
  return blocks ? blocks.slice(0, MOST_KEYS).map(inPem) : inSet(text);
}
