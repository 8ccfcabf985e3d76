import { sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  dsseEnvelopeOf,
  NotAnEnvelope,
  preAuthenticationEncoding,
} from "../../../shared/signatures/dsse/envelope.ts";
import { verifyEnvelope } from "../../../shared/signatures/dsse/verify-envelope.ts";
import { p256Pair } from "../../fakes/p256-pair.ts";

describe("the encoding that is signed", () => {
  it("is that of the specification's own example", () => {
    // secure-systems-lab/dsse, protocol.md, "Test Vectors".
    expect(preAuthenticationEncoding("http://example.com/HelloWorld", Buffer.from("hello world"))).toEqual(
      Buffer.from("DSSEv1 29 http://example.com/HelloWorld 11 hello world"),
    );
  });

  it("counts bytes, not characters, and takes any bytes", () => {
    expect(preAuthenticationEncoding("é", Buffer.from([0, 255, 32]))).toEqual(
      Buffer.concat([Buffer.from("DSSEv1 2 é 3 "), Buffer.from([0, 255, 32])]),
    );
    expect(preAuthenticationEncoding("", Buffer.alloc(0)).toString()).toBe("DSSEv1 0  0 ");
  });
});

const good = { payload: "e30=", payloadType: "t", signatures: [{ keyid: "k", sig: "c2ln" }] };

describe("an envelope", () => {
  it("may have members that nobody knows, base64 for URLs, and no keyid", () => {
    expect(dsseEnvelopeOf({ ...good, more: 1 })).toEqual(good);
    const signatures = [{ sig: "_-8", other: true }];
    expect(dsseEnvelopeOf({ ...good, signatures })).toEqual({
      ...good,
      signatures: [{ keyid: "", sig: "_-8" }],
    });
  });

  it.each([
    ["no object", []],
    ["nothing", undefined],
    ["no payload", { ...good, payload: undefined }],
    ["a payload that is no base64", { ...good, payload: "{}" }],
    ["no type", { ...good, payloadType: 1 }],
    ["no list of signatures", { ...good, signatures: {} }],
    ["no signature", { ...good, signatures: [] }],
    ["an empty signature", { ...good, signatures: [{ sig: "" }] }],
    ["a signature that is none", { ...good, signatures: ["c2ln"] }],
    ["too many signatures", { ...good, signatures: Array(101).fill(good.signatures[0]) }],
    ["a keyid that is no text", { ...good, signatures: [{ keyid: 1, sig: "c2ln" }] }],
  ])("is refused: %s", (_, value) => {
    expect(() => dsseEnvelopeOf(value)).toThrow(NotAnEnvelope);
  });
});

it("is verified by any of its signatures and any key, whatever keyid it names; each changed bit makes it none", () => {
  const { jwk, privateKey, verifying } = p256Pair();
  const payload = Buffer.from('{"a":1}');
  const der = sign("sha256", preAuthenticationEncoding("t", payload), privateKey);
  const sig = der.toString("base64");
  const envelope = {
    payload: payload.toString("base64"),
    payloadType: "t",
    signatures: [{ keyid: "other", sig }],
  };
  const keys = [p256Pair().verifying, verifying];
  expect(verifyEnvelope(envelope, keys)).toEqual({ payload, kid: jwk.kid });
  const two = { ...envelope, signatures: [{ sig: "AAAA" }, ...envelope.signatures] };
  expect(verifyEnvelope(two, keys)?.kid).toBe(jwk.kid);
  for (let bit = 0; bit < payload.length * 8; bit += 1) {
    const changed = Buffer.from(payload);
    changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
    expect(verifyEnvelope({ ...envelope, payload: changed.toString("base64") }, keys)).toBeUndefined();
  }
  for (let bit = 0; bit < der.length * 8; bit += 1) {
    const changed = Buffer.from(der);
    changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
    const signatures = [{ sig: changed.toString("base64") }];
    expect(verifyEnvelope({ ...envelope, signatures }, keys)).toBeUndefined();
  }
});
