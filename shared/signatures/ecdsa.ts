import { ECDH, type KeyObject } from "node:crypto";
import { pointOf, sumOfMultiples } from "./curve-points.ts";
import { bitStringBytes, sequenceOf } from "./der.ts";
import { scalarsOf } from "./dsa.ts";
import { inverse, leftmostBits, modulo } from "./modular.ts";
import { namedCurves } from "./named-curves.ts";

/** The key's point as it is written in full; keys may hold it compressed (RFC 5480, section 2.2). */
function pointBytes(key: KeyObject, curve: string): Uint8Array {
  const [, subjectKey] = sequenceOf(key.export({ type: "spki", format: "der" }));
  const point = bitStringBytes(subjectKey);
  if (point[0] === 4) return point;
  return ECDH.convertKey(
    Buffer.from(point),
    curve,
    undefined,
    undefined,
    "uncompressed",
  ) as unknown as Buffer;
}

/**
 * Whether it is an ECDSA signature of the digest, by this key (SEC 1, section 4.1.4). node:crypto verifies only what it
 * has hashed itself, in one process and to the end: the worker's digest comes out of several runs. Throws MalformedDer.
 */
export function isEcdsaSignature(key: KeyObject, digest: Uint8Array, signature: Uint8Array): boolean {
  const name = key.asymmetricKeyDetails?.namedCurve ?? "";
  const curve = namedCurves.get(name);
  const point = curve && pointOf(curve, pointBytes(key, name));
  if (!curve || !point) return false;
  const { order } = curve;
  const { r, s } = scalarsOf(signature);
  if (r <= 0n || r >= order || s <= 0n || s >= order) return false;
  const w = inverse(s, order);
  const u1 = modulo(leftmostBits(digest, order) * w, order);
  const u2 = modulo(r * w, order);
  const found = sumOfMultiples(curve, [u1, curve.generator], [u2, point]);
  return found !== undefined && modulo(found.x, order) === r;
}
