import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { expect, test } from "vitest";
import { CertificateRefused } from "../../../shared/signatures/certificates/certificate-path.ts";
import { signerKey } from "../../../shared/signatures/certificates/signer-key.ts";
import { makeAuthority, makeCertificate } from "../../fakes/signatures/make-certificate.ts";

const root = makeAuthority({ subject: "root" });
const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const certificateOf = (publicKey: KeyObject) =>
  makeCertificate({ issuer: root, keys: { publicKey, privateKey } }).certificate;

const element = (tag: number, ...contents: Uint8Array[]): Buffer => {
  const content = Buffer.concat(contents);
  const digits = content.length.toString(16);
  const length = Buffer.from(digits.padStart(digits.length + (digits.length % 2), "0"), "hex");
  const header = content.length < 0x80 ? [tag, content.length] : [tag, 0x80 | length.length, ...length];
  return Buffer.concat([Buffer.from(header), content]);
};
/** An odd number of so many bits. */
const number = (bits: number) => {
  const hex = ((1n << BigInt(bits - 1)) | 1n).toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex");
  return element(0x02, bits % 8 === 0 ? Buffer.from([0]) : Buffer.alloc(0), bytes);
};
const publicKeyOf = (algorithm: string, parameters: Uint8Array[], key: Uint8Array) =>
  createPublicKey({
    key: element(
      0x30,
      element(0x30, element(0x06, Buffer.from(algorithm, "hex")), ...parameters),
      element(0x03, Buffer.from([0]), key),
    ),
    format: "der",
    type: "spki",
  });
const dsa = (p: number, q: number, y = 1024) =>
  publicKeyOf("2a8648ce380401", [element(0x30, number(p), number(q), number(p - 1))], number(y));
const rsa = (n: number, e: number) =>
  publicKeyOf("2a864886f70d010101", [element(0x05)], element(0x30, number(n), number(e)));

test.each([
  ["DSA", dsa(1024, 160)],
  ["DSA", dsa(10_000, 256)],
  ["RSA-PSS", rsa(1024, 17)],
  ["RSA-PSS", rsa(3072, 1000)],
  ["RSA-PSS", rsa(16_384, 64)],
] as const)("%s: a key that OpenSSL verifies by is taken", (type, key) => {
  expect(signerKey(certificateOf(key), type).equals(key)).toBe(true);
});

test.each([
  ["DSA", "short", dsa(1023, 160), /only 1023 bits/],
  ["DSA", "long", dsa(10_001, 256), /10001 bits; .*at most 10000/],
  ["DSA", "long enough for hours", dsa(100_000, 99_999), /100000 bits/],
  ["DSA", "of a long divisor", dsa(3072, 3000), /3000 bits; it has 160, 224 or 256/],
  ["DSA", "of a short divisor", dsa(3072, 8), /8 bits; it has 160/],
  ["RSA-PSS", "short", rsa(1023, 17), /only 1023 bits/],
  ["RSA-PSS", "long", rsa(16_385, 17), /16385 bits; .*at most 16384/],
  ["RSA-PSS", "of a long exponent", rsa(3073, 65), /exponent/],
] as const)("%s: a key that is %s is refused before anything is computed", (type, _, key, reason) => {
  const certificate = certificateOf(key);
  expect(() => signerKey(certificate, type)).toThrow(CertificateRefused);
  expect(() => signerKey(certificate, type)).toThrow(reason);
});
