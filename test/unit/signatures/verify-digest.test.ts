import {
  constants,
  createHash,
  createPublicKey,
  ECDH,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  digestNameOf,
  type HashMethod,
  hashMethods,
  keyTypes,
  type SignatureKeyType,
} from "../../../shared/signatures/signature-algorithms.ts";
import { isSignatureOf } from "../../../shared/signatures/verify-digest.ts";
import { keysOf, signData } from "../../fakes/signatures/sign-data.ts";

const data = Buffer.from("what was signed");
const digestOf = (method: HashMethod, bytes: Uint8Array = data) =>
  createHash(digestNameOf(method)).update(bytes).digest();
const isGood = (key: KeyObject, method: HashMethod, signature: Uint8Array, bytes?: Uint8Array) =>
  isSignatureOf(key, digestNameOf(method), digestOf(method, bytes), signature);

/** The curves over binary fields are slow: the two methods at the ends, as the others differ in nothing but length. */
const methodsFor = (keyType: SignatureKeyType): readonly HashMethod[] =>
  keyType.startsWith("ECC_SECT") ? ["SHA-224", "SHA-512"] : [...hashMethods.keys()];
const every = [...keyTypes.keys()].flatMap((keyType) =>
  methodsFor(keyType).map((method) => [keyType, method] as const),
);

test.each(every)(
  "%s with %s: what node:crypto signs is verified by its digest, other data is not",
  (type, method) => {
    const { privateKey, publicKey } = keysOf(type);
    const signature = signData(privateKey, method, data);
    expect(isGood(publicKey, method, signature)).toBe(true);
    // A verification on the largest curve takes a fifth of a second.
    if (method === "SHA-224")
      expect(isGood(publicKey, method, signature, Buffer.from("what was Signed"))).toBe(false);
  },
);

describe.each([...keyTypes.keys()])("%s", (type: SignatureKeyType) => {
  const { privateKey, publicKey } = keysOf(type);
  const signature = signData(privateKey, "SHA-384", data);

  test("each changed byte of the signature makes it none", () => {
    const isSlow = type.startsWith("ECC_SECT571");
    for (const place of isSlow
      ? [0, signature.length - 1]
      : [0, 1, signature.length >> 2, signature.length - 1]) {
      const changed = Buffer.from(signature);
      changed[place] = (changed[place] as number) ^ 1;
      expect(isGood(publicKey, "SHA-384", changed), String(place)).toBe(false);
    }
  });

  test("a part of it, more than it and nothing are none", () => {
    const extended = Buffer.concat([signature, Buffer.alloc(1)]);
    for (const other of [signature.subarray(1), signature.subarray(0, -1), extended, Buffer.alloc(0)])
      expect(isGood(publicKey, "SHA-384", other)).toBe(false);
  });

  test("another hash method and another key say no", () => {
    if (!type.startsWith("ECC_SECT571")) expect(isGood(publicKey, "SHA-256", signature)).toBe(false);
    const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey;
    expect(isGood(other, "SHA-384", signature)).toBe(false);
  });

  test("a digest of another length is refused: of one that is chosen, anybody can make a signature", () => {
    expect(() => isSignatureOf(publicKey, "sha384", Buffer.alloc(0), signature)).toThrow(RangeError);
  });
});

test.each([
  ["zero", [0, 0]],
  ["r zero", [0, 1]],
  ["s zero", [1, 0]],
  ["one number", [1]],
  ["three numbers", [1, 1, 1]],
] as const)("DSA and ECDSA: %s is no signature", (_, numbers) => {
  const members = numbers.flatMap((number) => [0x02, 1, number]);
  const signature = Buffer.from([0x30, members.length, ...members]);
  for (const type of ["DSA", "ECC_SECP384R1", "ECC_SECT409K1"] as const)
    expect(isGood(keysOf(type).publicKey, "SHA-256", signature)).toBe(false);
});

test("RSA-PSS has the longest salt: as long as the digest is not taken, as python3-cursive does not", () => {
  const { privateKey, publicKey } = keysOf("RSA-PSS");
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  for (const saltLength of [constants.RSA_PSS_SALTLEN_DIGEST, 0, 20]) {
    const signature = sign("sha256", data, { key: privateKey, padding, saltLength });
    expect(isGood(publicKey, "SHA-256", signature)).toBe(false);
  }
  expect(isGood(publicKey, "SHA-256", sign("sha256", data, privateKey))).toBe(false);
});

test.each([1024, 1025, 1031, 1032, 1033])("RSA-PSS with a key of %d bits", (modulusLength) => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength });
  for (const method of ["SHA-224", "SHA-256"] as const) {
    const signature = signData(privateKey, method, data);
    expect(isGood(publicKey, method, signature)).toBe(true);
    expect(isGood(publicKey, method, signature, Buffer.from("other"))).toBe(false);
  }
});

test.each(["secp384r1", "sect409r1"])("a key whose point is compressed: %s", (namedCurve) => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve });
  const full = publicKey.export({ type: "spki", format: "der" });
  const length = namedCurve === "secp384r1" ? 97 : 105;
  const point = ECDH.convertKey(full.subarray(-length), namedCurve, undefined, "hex", "compressed") as string;
  const compressed = Buffer.concat([full.subarray(0, -length), Buffer.from(point, "hex")]);
  const saved = length - point.length / 2;
  // The lengths of the whole and of the bit string, both of one byte in these keys' short or one-digit form.
  compressed[1] = (full[1] as number) - saved;
  if ((full[1] as number) === 0x81) throw new Error("a longer form than this test knows");
  const at = full.length - length - 2;
  compressed[at] = (full[at] as number) - saved;
  const key = createPublicKey({ key: compressed, type: "spki", format: "der" });
  expect(isGood(key, "SHA-512", signData(privateKey, "SHA-512", data))).toBe(true);
});

test("keys of other kinds verify nothing", () => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  expect(isGood(publicKey, "SHA-512", sign(null, data, privateKey))).toBe(false);
  const p256 = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  expect(isGood(p256.publicKey, "SHA-256", sign("sha256", data, p256.privateKey))).toBe(false);
});

const der = (tag: number, ...content: (Buffer | number)[]) => {
  const bytes = Buffer.concat(content.map((one) => (typeof one === "number" ? Buffer.from([one]) : one)));
  return Buffer.concat([Buffer.from([tag, bytes.length]), bytes]);
};

test.each([
  ["an order that is no prime", [23, 15, 2, 3]],
  ["a modulus of zero", [0, 11, 2, 3]],
  ["an order of zero", [23, 0, 2, 3]],
] as const)("a DSA key with %s verifies nothing, and ends no worker", (_, [p, q, g, y]) => {
  const algorithm = Buffer.from("06072a8648ce380401", "hex");
  const parameters = der(0x30, der(0x02, p), der(0x02, q), der(0x02, g));
  const spki = der(0x30, der(0x30, algorithm, parameters), der(0x03, 0, der(0x02, y)));
  const key = createPublicKey({ key: spki, type: "spki", format: "der" });
  for (const s of [3, 5, 7])
    expect(isGood(key, "SHA-256", der(0x30, der(0x02, 2), der(0x02, s)))).toBe(false);
});
