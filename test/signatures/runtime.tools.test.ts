import { createHash, randomBytes } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { HashMethod, SignatureKeyType } from "../../shared/signatures/signature-algorithms.ts";
import { type ImageClient, logIn } from "../runtime/image-client.ts";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { storedFiles } from "../runtime/stored-files.ts";
import { opensslSigners, type Signer } from "./openssl-signers.ts";

/* The whole service with certificates and signatures that openssl made, its worker stopped after each second. */
let folder: string;
let runtime: LocalRuntime;
let openssl: ReturnType<typeof opensslSigners>;
let ingress: ImageClient;
let gateway: ImageClient;
const signers = new Map<string, Signer>();
const small = randomBytes(50_000);
/** Read in some runs of a second each. */
const large = Buffer.alloc(300_000_000, randomBytes(1_000_000));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "glance-signed-"));
  openssl = opensslSigners(folder);
  const rsa = "RSA-PSS";
  signers.set("rsa", openssl.signer(rsa, { name: "rsa" }));
  signers.set("p384", openssl.signer("ECC_SECP384R1", { name: "p384" }));
  signers.set("k571", openssl.signer("ECC_SECT571K1", { name: "k571" }));
  signers.set("wrong-usage", openssl.signer(rsa, { name: "wrong-usage", usage: "keyEncipherment" }));
  signers.set("stranger", openssl.signer(rsa, { name: "stranger", selfSigned: true }));
  signers.set("expired", openssl.signer(rsa, { name: "expired", days: -1 }));
  const certificates = join(folder, "signers");
  mkdirSync(certificates);
  for (const [id, { certificateFile }] of signers)
    copyFileSync(certificateFile, join(certificates, `${id}.pem`));
  writeFileSync(join(folder, "small"), small);
  writeFileSync(join(folder, "large"), large);
  runtime = await startRuntime({
    environment: {
      GLANCE_SIGNING_CERTIFICATES_FOLDER: certificates,
      GLANCE_TRUSTED_CERTIFICATES_FILE: openssl.authorityFile,
      GLANCE_HASHING_RUN_SECONDS: "1",
      GLANCE_DELETED_BYTES_RETENTION_DAYS: "0",
    },
  });
  ingress = await logIn(runtime.url, "demo");
  gateway = await logIn(runtime.gatewayUrl, "demo");
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const propertiesOf = (
  id: string,
  file: string,
  keyType: SignatureKeyType = "RSA-PSS",
  method: HashMethod = "SHA-256",
) => ({
  img_signature: openssl.sign(signers.get(id) as Signer, keyType, method, file),
  img_signature_hash_method: method,
  img_signature_key_type: keyType,
  img_signature_certificate_uuid: id,
});

const flipped = (bytes: Buffer): Buffer => {
  const changed = Buffer.from(bytes);
  changed[1234] = (changed[1234] as number) ^ 1;
  return changed;
};

const put = async (client: ImageClient, id: string, bytes: Buffer) => {
  const response = await client.upload(id, bytes);
  return { status: response.status, text: await response.text() };
};
const integrityOf = async (id: string) => (await ingress.fetch(`/v2/images/${id}/integrity`)).json();

describe.each([
  ["through the gateway", () => gateway],
  ["through the ingress", () => ingress],
])("a signed image %s", (_, client) => {
  test("is refused with a flipped byte, in words, and active with the right bytes then", async () => {
    const id = await ingress.create(propertiesOf("p384", "small", "ECC_SECP384R1", "SHA-384"));
    const refused = await put(client(), id, flipped(small));
    expect(refused.status).toBe(400);
    expect(refused.text).toContain(`Signature verification failed for image ${id}`);
    expect(await ingress.show(id)).toMatchObject({ status: "queued", size: null });
    // What has just failed may not be repeated without its data; it may be with other data of the same length.
    expect((await put(client(), id, small)).status).toBe(204);
    expect(await ingress.show(id)).toMatchObject({ status: "active" });
    expect(await integrityOf(id)).toMatchObject({
      signature: { certificate_uuid: "p384", certificate_sha256: expect.any(String) },
    });
  });

  test.each([
    ["expired", /has expired at/],
    ["stranger", /not issued by an authority that is trusted here/],
    ["wrong-usage", /does not allow its key to sign data/],
    ["missing", /certificate not found with ID: missing/],
  ])("is refused with the certificate %s", async (signer, reason) => {
    const properties = propertiesOf(signer === "missing" ? "rsa" : signer, "small");
    const id = await ingress.create({ ...properties, img_signature_certificate_uuid: signer });
    const refused = await put(client(), id, small);
    expect(refused).toMatchObject({ status: 400, text: expect.stringMatching(reason) });
    expect(await ingress.show(id)).toMatchObject({ status: "queued" });
  });

  test("is refused where its key is on another curve than it says", async () => {
    const properties = propertiesOf("k571", "small", "ECC_SECT571K1");
    const id = await ingress.create({ ...properties, img_signature_key_type: "ECC_SECP384R1" });
    expect(await put(client(), id, small)).toMatchObject({
      status: 400,
      text: expect.stringMatching("ec on sect571k1"),
    });
  });
});

test("a large one is verified over several runs of the worker, and its refused bytes are deleted", async () => {
  const id = await ingress.create(propertiesOf("k571", "large", "ECC_SECT571K1", "SHA-224"));
  const refused = await put(ingress, id, flipped(large));
  expect(refused).toMatchObject({
    status: 400,
    text: expect.stringMatching("Signature verification failed"),
  });
  const isKept = () => storedFiles(runtime.home).some((path) => statSync(path).size === large.length);
  await vi.waitFor(() => expect(isKept()).toBe(false), { timeout: 60_000 });
  expect((await put(ingress, id, large)).status).toBe(204);
  expect(await ingress.show(id)).toMatchObject({
    status: "active",
    os_hash_value: createHash("sha512").update(large).digest("hex"),
  });
  const log = readFileSync(join(runtime.home, "log", "workers-finalize.log"), "utf8");
  const lines = log.split("\n").filter((line) => line.includes(id));
  expect(lines.filter((line) => line.includes('"continues"')).length).toBeGreaterThan(1);
  expect(lines.some((line) => line.includes('"refused"') && line.includes("Signature verification"))).toBe(
    true,
  );
  expect(log).not.toContain(propertiesOf("rsa", "small").img_signature);
});
