import { generateKeyPairSync, sign, verify } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { joseFromDer } from "../../../shared/identity/adapters/kms/ecdsa-signature.ts";

/** DER of one integer, from its 32 bytes: an encoder that shares nothing with the code under test. */
function derInteger(scalar: Uint8Array): number[] {
  const hex = BigInt(`0x${Buffer.from(scalar).toString("hex")}`).toString(16);
  const digits = [...Buffer.from(hex.length % 2 ? `0${hex}` : hex, "hex")];
  const bytes = (digits[0] ?? 0) >= 0x80 ? [0, ...digits] : digits;
  return [0x02, bytes.length, ...bytes];
}
const derOf = (r: Uint8Array, s: Uint8Array) => {
  const body = [...derInteger(r), ...derInteger(s)];
  return Uint8Array.from([0x30, body.length, ...body]);
};

const scalars = fc
  .tuple(fc.uint8Array({ minLength: 1, maxLength: 32 }), fc.constantFrom(0, 1, 31))
  .map(([bytes, zeros]) => {
    const scalar = new Uint8Array(32);
    scalar.set(bytes, 32 - bytes.length);
    scalar.fill(0, 0, zeros);
    return scalar;
  })
  .filter((scalar) => scalar.some((byte) => byte !== 0));

describe("ECDSA signatures from DER to JOSE", () => {
  test("r and s keep their value, however short", () => {
    fc.assert(
      fc.property(scalars, scalars, (r, s) => {
        expect([...joseFromDer(derOf(r, s))]).toEqual([...r, ...s]);
      }),
    );
  });

  test("every real signature is still valid after it", () => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    for (let round = 0; round < 200; round += 1) {
      const message = Buffer.from(`message ${round}`);
      const signature = joseFromDer(sign("sha256", message, privateKey));
      expect(verify("sha256", message, { key: publicKey, dsaEncoding: "ieee-p1363" }, signature)).toBe(true);
    }
  });

  test("cut or lengthened DER is refused", () => {
    fc.assert(
      fc.property(
        scalars,
        scalars,
        fc.nat(71),
        fc.uint8Array({ minLength: 1, maxLength: 4 }),
        (r, s, cut, more) => {
          const der = derOf(r, s);
          expect(() => joseFromDer(der.subarray(0, Math.min(cut, der.length - 1)))).toThrow(/DER/);
          expect(() => joseFromDer(Uint8Array.from([...der, ...more]))).toThrow(/DER/);
        },
      ),
    );
  });

  test("bytes that happen to pass are the one DER form of what comes out", () => {
    const nearlyDer = fc
      .tuple(scalars, scalars, fc.nat(71), fc.nat(255))
      .map(([r, s, at, byte]) => derOf(r, s).map((old, index) => (index === at ? byte : old)));
    fc.assert(
      fc.property(nearlyDer, (der) => {
        let jose: Buffer;
        try {
          jose = joseFromDer(der);
        } catch {
          return;
        }
        expect([...derOf(jose.subarray(0, 32), jose.subarray(32))]).toEqual([...der]);
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ["empty", []],
    ["zero r", [0x30, 6, 2, 1, 0, 2, 1, 1]],
    ["negative r", [0x30, 6, 2, 1, 0x80, 2, 1, 1]],
    ["needless leading zero", [0x30, 7, 2, 2, 0, 1, 2, 1, 1]],
    ["an integer of no bytes", [0x30, 5, 2, 0, 2, 1, 1]],
    ["r of 33 digits", [0x30, 38, 2, 33, ...Array<number>(33).fill(1), 2, 1, 1]],
    ["long-form length", [0x30, 0x81, 6, 2, 1, 1, 2, 1, 1]],
    ["only one integer", [0x30, 3, 2, 1, 1]],
  ])("%s is refused", (_name, bytes) => {
    expect(() => joseFromDer(Uint8Array.from(bytes))).toThrow(/DER/);
  });
});
