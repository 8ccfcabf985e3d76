/** The remainder from 0 on, also of negative numbers. */
export const modulo = (a: bigint, modulus: bigint): bigint => ((a % modulus) + modulus) % modulus;

/** The inverse modulo a number, by Euclid's extended algorithm. Throws RangeError where there is none. */
export function inverse(a: bigint, modulus: bigint): bigint {
  let [r, next] = [modulus, modulo(a, modulus)];
  let [t, after] = [0n, 1n];
  while (next !== 0n) {
    const quotient = r / next;
    [r, next] = [next, r - quotient * next];
    [t, after] = [after, t - quotient * after];
  }
  if (r !== 1n) throw new RangeError("the number has no inverse");
  return modulo(t, modulus);
}

/** base^exponent modulo a number; for public numbers only, as its time tells of them. */
export function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n % modulus;
  const factor = base % modulus;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus;
    if (bit === "1") result = (result * factor) % modulus;
  }
  return result;
}

export const bitLength = (value: bigint): number => (value === 0n ? 0 : value.toString(2).length);

/** A big-endian number. */
export const integerOf = (bytes: Uint8Array): bigint =>
  bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString("hex")}`);

/**
 * What DSA and ECDSA sign of a digest: its leftmost bits, as many as the order of the group has (FIPS 186-4, sections
 * 4.6 and 6.4).
 */
export function leftmostBits(digest: Uint8Array, order: bigint): bigint {
  const surplus = digest.length * 8 - bitLength(order);
  const value = integerOf(digest);
  return surplus > 0 ? value >> BigInt(surplus) : value;
}
