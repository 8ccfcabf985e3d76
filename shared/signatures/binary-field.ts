import type { Field } from "./field.ts";
import { bitLength } from "./modular.ts";

/** Factors are taken in pieces of so many bits. */
const WINDOW = 4n;

/** The product of two polynomials over GF(2), not reduced. */
function product(a: bigint, b: bigint): bigint {
  const multiples = [0n, b];
  for (let index = 2; index < 1 << Number(WINDOW); index++) {
    const half = (multiples[index >> 1] as bigint) << 1n;
    multiples.push(index % 2 === 0 ? half : half ^ b);
  }
  let result = 0n;
  for (const digit of a.toString(16))
    result = (result << WINDOW) ^ (multiples[Number.parseInt(digit, 16)] as bigint);
  return result;
}

/** Exponents of the terms of a polynomial, the highest first. */
function exponentsOf(polynomial: bigint): number[] {
  const bits = polynomial.toString(2);
  return [...bits].flatMap((bit, index) => (bit === "1" ? [bits.length - 1 - index] : []));
}

/**
 * Polynomials over GF(2) modulo an irreducible one, whose bits are the coefficients (SEC 1, section 2.1.2). Quick
 * where that one has few terms, the second of them at half the degree at most: those of SEC 2 do.
 */
export function binaryField(polynomial: bigint): Field {
  const [degree = 0, ...lower] = exponentsOf(polynomial);
  const shift = BigInt(degree);
  const size = 1n << shift;
  const shifts = lower.map(BigInt);

  const reduce = (value: bigint): bigint => {
    let rest = value;
    for (let high = rest >> shift; high !== 0n; high = rest >> shift) {
      rest &= size - 1n;
      for (const term of shifts) rest ^= high << term;
    }
    return rest;
  };

  /** Euclid's extended algorithm for polynomials (Guide to Elliptic Curve Cryptography, algorithm 2.48). */
  const invert = (a: bigint): bigint => {
    if (a === 0n) throw new RangeError("zero has no inverse");
    let [u, v] = [a, polynomial];
    let [g1, g2] = [1n, 0n];
    let [uBits, vBits] = [bitLength(u), bitLength(v)];
    while (u !== 1n) {
      if (uBits < vBits) {
        [u, v] = [v, u];
        [g1, g2] = [g2, g1];
        [uBits, vBits] = [vBits, uBits];
      }
      const by = BigInt(uBits - vBits);
      u ^= v << by;
      g1 ^= g2 << by;
      uBits = bitLength(u);
    }
    return reduce(g1);
  };

  const add = (a: bigint, b: bigint): bigint => a ^ b;
  return {
    add,
    subtract: add,
    multiply: (a, b) => reduce(product(a, b)),
    invert,
    isElement: (a) => a >= 0n && a < size,
    bytes: Math.ceil(degree / 8),
  };
}
