import { expect, test } from "vitest";
import { isSameSignature, signatureBytes, signatureOf } from "../../../shared/signatures/image-signature.ts";

const good = {
  img_signature: "AAECAw==",
  img_signature_hash_method: "SHA-256",
  img_signature_key_type: "RSA-PSS",
  img_signature_certificate_uuid: "6d8b9f3a-36d1-4b49-9d6b-6ff6a4b6f0b3",
};

test("an image with none of the four properties has no signature", () => {
  expect(signatureOf({ os_type: "linux" })).toBeUndefined();
  expect(signatureOf({ img_signature_other: "x" })).toBeUndefined();
});

test("all four are one", () => {
  expect(signatureOf(good)).toEqual({
    signature: "AAECAw==",
    hash_method: "SHA-256",
    key_type: "RSA-PSS",
    certificate_uuid: good.img_signature_certificate_uuid,
  });
});

test("base64 may come in lines, as openssl writes it", () => {
  const signature = signatureOf({ ...good, img_signature: "AAEC\nAwQF\r\nBg==\n" });
  expect(signature && [...signatureBytes(signature)]).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

test.each(Object.keys(good))("without %s it is half a signature, which is told by name", (name) => {
  const { [name]: _, ...others } = good as Record<string, string>;
  expect(() => signatureOf(others)).toThrow(`Missing: ${name}.`);
  expect(() => signatureOf({ ...others, [name]: null })).toThrow(`Missing: ${name}.`);
});

test.each([
  ["img_signature", "not base64!", /not properly encoded using base64/],
  ["img_signature", "AAE", /base64/],
  ["img_signature", "", /base64/],
  ["img_signature", "A".repeat(8000), /base64/],
  ["img_signature_hash_method", "MD5", /invalid signature hash method: MD5.*SHA-224, SHA-256/],
  ["img_signature_hash_method", "sha-256", /invalid signature hash method/],
  ["img_signature_hash_method", "constructor", /invalid signature hash method/],
  ["img_signature_key_type", "RSA", /invalid signature key type: RSA.*RSA-PSS, DSA/],
  ["img_signature_key_type", "ECC_PRIME256V1", /invalid signature key type/],
  ["img_signature_certificate_uuid", "../secrets/1", /no id/],
  ["img_signature_certificate_uuid", "http://evil/", /no id/],
  ["img_signature_certificate_uuid", "", /no id/],
])("%s of %s is refused in words", (name, value, reason) => {
  expect(() => signatureOf({ ...good, [name]: value })).toThrow(reason);
});

test("two are the same when all four are", () => {
  const one = signatureOf(good);
  expect(isSameSignature(one, signatureOf({ ...good }))).toBe(true);
  expect(isSameSignature(undefined, undefined)).toBe(true);
  expect(isSameSignature(one, undefined)).toBe(false);
  for (const [name, value] of [
    ["img_signature", "AAECBA=="],
    ["img_signature_hash_method", "SHA-512"],
    ["img_signature_key_type", "DSA"],
    ["img_signature_certificate_uuid", "another"],
  ] as const)
    expect(isSameSignature(one, signatureOf({ ...good, [name]: value }))).toBe(false);
});
