/** Hash methods by Glance's names of them, and what node:crypto calls them. */
export const hashMethods = new Map([
  ["SHA-224", "sha224"],
  ["SHA-256", "sha256"],
  ["SHA-384", "sha384"],
  ["SHA-512", "sha512"],
] as const);
export type HashMethod = "SHA-224" | "SHA-256" | "SHA-384" | "SHA-512";
export type DigestName = "sha224" | "sha256" | "sha384" | "sha512";

export const isHashMethod = (text: string): text is HashMethod => hashMethods.has(text as HashMethod);

export const digestNameOf = (method: HashMethod): DigestName => hashMethods.get(method) as DigestName;

/** Key types by Glance's names of them, and what OpenSSL calls key and curve (python3-cursive, signature_utils.py). */
export const keyTypes = new Map([
  ["RSA-PSS", { kind: "rsa" }],
  ["DSA", { kind: "dsa" }],
  ["ECC_SECT571K1", { kind: "ec", curve: "sect571k1" }],
  ["ECC_SECT409K1", { kind: "ec", curve: "sect409k1" }],
  ["ECC_SECT571R1", { kind: "ec", curve: "sect571r1" }],
  ["ECC_SECT409R1", { kind: "ec", curve: "sect409r1" }],
  ["ECC_SECP521R1", { kind: "ec", curve: "secp521r1" }],
  ["ECC_SECP384R1", { kind: "ec", curve: "secp384r1" }],
] as const);
export type SignatureKeyType = typeof keyTypes extends Map<infer Name, unknown> ? Name : never;

export const isKeyType = (text: string): text is SignatureKeyType => keyTypes.has(text as SignatureKeyType);
