import type { Field } from "./field.ts";
import { inverse, modulo } from "./modular.ts";

/** Integers modulo a prime. */
export const primeField = (prime: bigint): Field => ({
  add: (a, b) => (a + b) % prime,
  subtract: (a, b) => modulo(a - b, prime),
  multiply: (a, b) => (a * b) % prime,
  invert: (a) => inverse(a, prime),
  isElement: (a) => a >= 0n && a < prime,
  bytes: Math.ceil(prime.toString(16).length / 2),
});
