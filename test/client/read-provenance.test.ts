import { generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { DataMismatch } from "../../client/command-line/failures.ts";
import { keysIn, NoKeys } from "../../client/provenance/read-keys.ts";
import { readEnvelope, statedImage } from "../../client/provenance/stored-image.ts";
import { preAuthenticationEncoding } from "../../shared/signatures/dsse/envelope.ts";
import { p256Pair } from "../fakes/p256-pair.ts";

const pair = p256Pair();

describe("keys", () => {
  it("are read from PEM, several of them, a JWK and a JWK set", () => {
    const other = p256Pair();
    const kids = (text: string) => keysIn(text).map(({ kid }) => kid);
    expect(kids(pair.pem)).toEqual([pair.jwk.kid]);
    expect(kids(`comment\n${pair.pem}\n${other.pem}`)).toEqual([pair.jwk.kid, other.jwk.kid]);
    expect(kids(JSON.stringify(pair.jwk))).toEqual([pair.jwk.kid]);
    // The name that a file gives a key counts for nothing.
    expect(
      kids(JSON.stringify({ keys: [{ ...pair.jwk, kid: other.jwk.kid, pem: pair.pem }, other.jwk] })),
    ).toEqual([pair.jwk.kid, other.jwk.kid]);
  });

  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey;
  it.each([
    ["text", "hello", /neither PEM nor JSON/],
    ["a list", "[]", /neither PEM nor a JWK set/],
    ["none", '{"keys":[]}', /no key/],
    ["another curve", JSON.stringify({ ...pair.jwk, crv: "P-384" }), /P-256/],
    ["no point of the curve", JSON.stringify({ ...pair.jwk, x: "A".repeat(43) }), /P-256/],
    ["RSA", rsa.export({ type: "spki", format: "pem" }).toString(), /P-256/],
    ["damaged PEM", pair.pem.replace(/\n.{10}/, "\n!!!!"), /P-256/],
    ["too many", JSON.stringify({ keys: Array(1001).fill(pair.jwk) }), /1000/],
  ])("are refused: %s", (_, text, why) => {
    expect(() => keysIn(text)).toThrow(NoKeys);
    expect(() => keysIn(text)).toThrow(why);
  });
});

const statement = {
  _type: "https://in-toto.io/Statement/v1",
  subject: [{ name: "id", digest: { sha512: "ab".repeat(64) } }],
  predicateType: "urn:x-serverless-glance:stored-image:v1",
  predicate: { image_id: "id", size: 5, assurance: "verified" },
};

function enveloped(value: unknown, payloadType = "application/vnd.in-toto+json") {
  const payload = Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
  const sig = sign("sha256", preAuthenticationEncoding(payloadType, payload), pair.privateKey);
  return JSON.stringify({
    payload: payload.toString("base64"),
    payloadType,
    signatures: [{ keyid: "k", sig: sig.toString("base64") }],
  });
}
const read = (text: string, keys = [pair.verifying]) =>
  statedImage(readEnvelope(text, "a.statement"), keys, { what: "a.statement", whose: "in k.pem" });

describe("a statement", () => {
  it("says which image, how long, with which hash", () => {
    expect(read(enveloped(statement))).toMatchObject({
      ...{ imageId: "id", size: 5, assurance: "verified", algorithm: "sha512", hash: "ab".repeat(64) },
      keyId: pair.jwk.kid,
    });
  });

  const { subject, predicate } = statement;
  it.each([
    ["no envelope", "{}", /a\.statement is no signed statement/],
    ["no JSON", "hello", /is no signed statement/],
    ["another type of payload", enveloped(statement, "application/json"), /application\/json/],
    ["no JSON in it", enveloped("hello"), /no in-toto statement/],
    ["another statement", enveloped({ ...statement, _type: "x" }), /no in-toto statement/],
    [
      "another predicate",
      enveloped({ ...statement, predicateType: "https://slsa.dev/provenance/v1" }),
      /slsa/,
    ],
    ["no subject", enveloped({ ...statement, subject: [] }), /not one image/],
    ["two subjects", enveloped({ ...statement, subject: [...subject, ...subject] }), /not one image/],
    ["a weak hash only", enveloped({ ...statement, subject: [{ digest: { md5: "ab" } }] }), /not one image/],
    ["no size", enveloped({ ...statement, predicate: { ...predicate, size: "5" } }), /how long/],
  ])("is refused: %s", (_, text, why) => {
    expect(() => read(text)).toThrow(DataMismatch);
    expect(() => read(text)).toThrow(why);
  });

  it("is refused when none of the keys signed it, whatever keyid it names", () => {
    const text = enveloped(statement);
    expect(() => read(text, [{ ...p256Pair().verifying, kid: "k" }])).toThrow(
      /signed by none of the keys in k\.pem/,
    );
    expect(() => read(text, [])).toThrow(DataMismatch);
  });
});
