import type { KeyObject } from "node:crypto";
import { bitStringBytes, contentOf, derElements, derTags, numberOf, sequenceOf } from "./der.ts";
import { inverse, leftmostBits, modulo, power } from "./modular.ts";

/** The numbers of a public DSA key (RFC 3279, section 2.3.2). */
function numbersOf(key: KeyObject) {
  const [algorithm, subjectKey] = sequenceOf(key.export({ type: "spki", format: "der" }));
  const [, parameters] = derElements(contentOf(algorithm, derTags.sequence));
  const [p, q, g] = derElements(contentOf(parameters, derTags.sequence)).map(numberOf);
  const [y] = derElements(bitStringBytes(subjectKey));
  if (p === undefined || q === undefined || g === undefined) throw new Error("a DSA key without parameters");
  return { p, q, g, y: numberOf(y) };
}

/** r and s of a signature (RFC 3279, section 2.2.2). Throws MalformedDer. */
export function scalarsOf(signature: Uint8Array): { r: bigint; s: bigint } {
  const [r, s, ...others] = sequenceOf(signature).map(numberOf);
  return { r: r ?? 0n, s: others.length === 0 ? (s ?? 0n) : 0n };
}

/** Whether it is a DSA signature of the digest, by this key (FIPS 186-4, section 4.7). Throws MalformedDer. */
export function isDsaSignature(key: KeyObject, digest: Uint8Array, signature: Uint8Array): boolean {
  const { p, q, g, y } = numbersOf(key);
  const { r, s } = scalarsOf(signature);
  if (r <= 0n || r >= q || s <= 0n || s >= q) return false;
  const w = inverse(s, q);
  const u1 = modulo(leftmostBits(digest, q) * w, q);
  const u2 = modulo(r * w, q);
  return modulo(modulo(power(g, u1, p) * power(y, u2, p), p), q) === r;
}
