import { execFileSync } from "node:child_process";
import { createHash, randomBytes, X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signerKey } from "../../shared/signatures/certificates/signer-key.ts";
import { signatureBytes, signatureOf } from "../../shared/signatures/image-signature.ts";
import {
  digestNameOf,
  hashMethods,
  keyTypes,
  type SignatureKeyType,
} from "../../shared/signatures/signature-algorithms.ts";
import { isSignatureOf } from "../../shared/signatures/verify-digest.ts";
import { opensslSigners, type Signer } from "./openssl-signers.ts";

/*
 * openssl signs, python3-cursive (Debian's package, which python3-glance needs) verifies as Glance does, and signs by its
 * rules through python3-cryptography. We must say of each what cursive says.
 */
let folder: string;
let openssl: ReturnType<typeof opensslSigners>;
const signers = new Map<SignatureKeyType, Signer>();
const data = randomBytes(100_000);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "glance-signatures-"));
  writeFileSync(join(folder, "data"), data);
  openssl = opensslSigners(folder);
  for (const keyType of keyTypes.keys()) signers.set(keyType, openssl.signer(keyType));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const propertiesOf = (keyType: string, method: string, signature: string) => ({
  img_signature: signature,
  img_signature_hash_method: method,
  img_signature_key_type: keyType,
  img_signature_certificate_uuid: "one",
});
type Properties = ReturnType<typeof propertiesOf>;
interface Case extends Properties {
  readonly certificate: string;
  readonly key: string;
  readonly data: string;
}

function caseOf(certified: SignatureKeyType, properties: Properties, bytes: Uint8Array = data): Case {
  const { certificateFile, keyFile } = signers.get(certified) as Signer;
  return {
    ...properties,
    certificate: readFileSync(certificateFile, "utf8"),
    key: readFileSync(keyFile, "utf8"),
    data: Buffer.from(bytes).toString("base64"),
  };
}

/** What cursive says of each, in its words, and a signature of its own. */
function cursive(cases: readonly Case[]): { judged: string; signature: string }[] {
  const script = join(import.meta.dirname, "judge_by_cursive.py");
  const words = ["-W", "ignore", script];
  return JSON.parse(
    execFileSync("/usr/bin/python3", words, { input: JSON.stringify(cases), maxBuffer: 1e9 }).toString(),
  );
}

function ours({ certificate, data: bytes, ...properties }: Case): "verified" | "wrong" | "refused" {
  try {
    const signature = signatureOf({ ...properties });
    if (!signature) return "refused";
    const key = signerKey(new X509Certificate(certificate), signature.key_type);
    const name = digestNameOf(signature.hash_method);
    const digest = createHash(name).update(Buffer.from(bytes, "base64")).digest();
    return isSignatureOf(key, name, digest, signatureBytes(signature)) ? "verified" : "wrong";
  } catch {
    return "refused";
  }
}

const every = [...keyTypes.keys()].flatMap((keyType) =>
  [...hashMethods.keys()].map((method) => ({ keyType, method })),
);

test("what openssl signs is verified by cursive and by us, for each key type and hash; so is what cursive's rules sign", () => {
  const cases = every.map(({ keyType, method }) => {
    const signature = openssl.sign(signers.get(keyType) as Signer, keyType, method, "data");
    return caseOf(keyType, propertiesOf(keyType, method, signature));
  });
  const said = cursive(cases);
  const verified = every.map(() => "verified");
  expect(said.map(({ judged }) => judged)).toEqual(verified);
  expect(cases.map(ours)).toEqual(verified);
  expect(cases.map((one, index) => ours({ ...one, img_signature: said[index]?.signature ?? "" }))).toEqual(
    verified,
  );
});

test("what is wrong to cursive is wrong to us", () => {
  const good = (keyType: SignatureKeyType, method: "SHA-256" | "SHA-512" = "SHA-256") =>
    propertiesOf(keyType, method, openssl.sign(signers.get(keyType) as Signer, keyType, method, "data"));
  const flipped = Buffer.from(data);
  flipped[50_000] = (flipped[50_000] as number) ^ 1;
  const changed = (signature: string) => {
    const bytes = Buffer.from(signature, "base64");
    bytes[bytes.length - 3] = (bytes[bytes.length - 3] as number) ^ 4;
    return bytes.toString("base64");
  };
  const shortSalt = execFileSync(
    "openssl",
    [
      ...["dgst", "-sha256", "-sign", (signers.get("RSA-PSS") as Signer).keyFile],
      ...["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest", "data"],
    ],
    { cwd: folder },
  ).toString("base64");
  const types = ["RSA-PSS", "DSA", "ECC_SECP384R1", "ECC_SECT409K1"] as const;
  const cases = [
    ...types.map((type) => caseOf(type, good(type), flipped)),
    ...types.map((type) => caseOf(type, { ...good(type), img_signature: changed(good(type).img_signature) })),
    ...types.map((type) => caseOf(type, { ...good(type), img_signature_hash_method: "SHA-512" })),
    caseOf("RSA-PSS", { ...good("RSA-PSS"), img_signature: shortSalt }),
    caseOf("DSA", { ...good("DSA"), img_signature: Buffer.from("0000").toString("base64") }),
  ];
  expect(cursive(cases).map(({ judged }) => judged)).toEqual(cases.map(() => "wrong"));
  expect(cases.map(ours)).toEqual(cases.map(() => "wrong"));
});

test("what cursive refuses is refused; a key on another curve, which it takes, as well", () => {
  const rsa = propertiesOf("RSA-PSS", "SHA-256", "AAAA");
  const cases = [
    caseOf("RSA-PSS", { ...rsa, img_signature_hash_method: "MD5" }),
    caseOf("RSA-PSS", { ...rsa, img_signature_key_type: "ECC_PRIME256V1" }),
    caseOf("RSA-PSS", { ...rsa, img_signature_key_type: "DSA" }),
    caseOf("RSA-PSS", { ...rsa, img_signature: "A" }),
  ];
  for (const { judged } of cursive(cases)) expect(judged).toMatch(/^refused/);
  expect(cases.map(ours)).toEqual(cases.map(() => "refused"));
  const signature = openssl.sign(signers.get("ECC_SECP521R1") as Signer, "ECC_SECP521R1", "SHA-256", "data");
  const other = caseOf("ECC_SECP521R1", propertiesOf("ECC_SECP384R1", "SHA-256", signature));
  expect(cursive([other]).map(({ judged }) => judged)).toEqual(["verified"]);
  expect(ours(other)).toBe("refused");
});
