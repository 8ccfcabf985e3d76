import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/** Longer ones are refused unread (Keystone's max_password_length). */
export const MAX_PASSWORD_BYTES = 4096;

interface ScryptCost {
  /** N: a power of two. */
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelization: number;
}

/**
 * OWASP's page about password storage ("scrypt"), the row with the least memory (16 MiB): logins must fit a small
 * function.
 */
const DEFAULT_COST: ScryptCost = { cost: 16_384, blockSize: 8, parallelization: 5 };
const MOST_MEMORY_BYTES = 64 * 1024 * 1024;
const HASH_BYTES = 32;
const SALT_BYTES = 16;

const HASH_FORM = /^scrypt\$(\d{1,7})\$(\d{1,2})\$(\d{1,2})\$([A-Za-z0-9_-]{22})\$([A-Za-z0-9_-]{43})$/;

function derive(password: string, salt: Buffer, cost: ScryptCost): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  scrypt(password, salt, HASH_BYTES, { ...cost, maxmem: MOST_MEMORY_BYTES }, (error, key) =>
    error ? reject(error) : resolve(key),
  );
  return promise;
}

/** `scrypt$N$r$p$salt$hash`, salt and hash in base64url; a new random salt each time. */
export async function hashPassword(password: string, cost: ScryptCost = DEFAULT_COST): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, cost);
  const { cost: n, blockSize: r, parallelization: p } = cost;
  return ["scrypt", n, r, p, salt.toString("base64url"), hash.toString("base64url")].join("$");
}

/** A hash of the usual cost that no password matches (but by chance of 2^-256). */
export const unmatchableHash = (): string =>
  [
    "scrypt",
    DEFAULT_COST.cost,
    DEFAULT_COST.blockSize,
    DEFAULT_COST.parallelization,
    randomBytes(SALT_BYTES).toString("base64url"),
    randomBytes(HASH_BYTES).toString("base64url"),
  ].join("$");

/** Whether the password has this hash, compared in constant time. Throws on a hash it cannot read. */
export async function matchesHash(password: string, stored: string): Promise<boolean> {
  const [, n, r, p, salt, hash] = HASH_FORM.exec(stored) ?? [];
  if (salt === undefined || hash === undefined) throw new Error("a stored password hash has an unknown form");
  const cost = { cost: Number(n), blockSize: Number(r), parallelization: Number(p) };
  const derived = await derive(password, Buffer.from(salt, "base64url"), cost);
  return timingSafeEqual(derived, Buffer.from(hash, "base64url"));
}
