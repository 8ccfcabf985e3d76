import { randomBytes } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  hashMethods,
  keyTypes,
  type SignatureKeyType,
} from "../../shared/signatures/signature-algorithms.ts";
import { succeed } from "../clients/command.ts";
import { freePort, type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { opensslSigners, type Signer } from "../signatures/openssl-signers.ts";
import { keystoneOptions, logInCallers } from "./rbac/callers.ts";

/**
 * Signed images in a real Glance and here: a Keystone and a Glance of this test's own, whose key manager is the folder in
 * which this service finds the certificates, too.
 */
const stack = resolve(import.meta.dirname, "stack");
const home = mkdtempSync(join(tmpdir(), "glance-reference-"));
const certificates = join(home, "certificates");
const data = randomBytes(70_000);
const flipped = Buffer.from(data);
flipped[12_345] = (flipped[12_345] as number) ^ 1;
const signers = new Map<SignatureKeyType, Signer>();
let openssl: ReturnType<typeof opensslSigners>;
let environment: Record<string, string>;
let runtime: LocalRuntime;
let glanceUrl: string;
let headers: Record<string, string>;

beforeAll(async () => {
  mkdirSync(certificates);
  writeFileSync(join(home, "data"), data);
  writeFileSync(join(home, "extra.conf"), "[key_manager]\nbackend = folder_key_manager.FolderKeyManager\n");
  openssl = opensslSigners(home);
  for (const keyType of keyTypes.keys()) {
    const signer = openssl.signer(keyType);
    signers.set(keyType, signer);
    copyFileSync(signer.certificateFile, join(certificates, `${keyType}.pem`));
  }
  const [keystonePort, glancePort] = [await freePort(), await freePort()];
  environment = {
    REFERENCE_DIR: home,
    REFERENCE_KEYSTONE_PORT: String(keystonePort),
    REFERENCE_GLANCE_PORT: String(glancePort),
    REFERENCE_SECURE_RBAC: "1",
    REFERENCE_EXTRA_CONF: join(home, "extra.conf"),
    PYTHONPATH: resolve(import.meta.dirname, "../signatures"),
    FOLDER_KEY_MANAGER: certificates,
  };
  await succeed(`${stack}/up.sh`, environment);
  const keystoneUrl = `http://127.0.0.1:${keystonePort}/v3`;
  glanceUrl = `http://127.0.0.1:${glancePort}`;
  runtime = await startRuntime({
    environment: {
      ...keystoneOptions(keystoneUrl),
      GLANCE_SIGNING_CERTIFICATES_FOLDER: certificates,
      GLANCE_TRUSTED_CERTIFICATES_FILE: openssl.authorityFile,
    },
  });
  headers = (await logInCallers(keystoneUrl)).headersOf("demo");
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
  await succeed(`${stack}/down.sh --wipe`, environment);
  rmSync(home, { recursive: true, force: true });
});

type Properties = Readonly<Record<string, string>>;

const signed = (keyType: SignatureKeyType, method: "SHA-224" | "SHA-256" | "SHA-384" | "SHA-512") => ({
  img_signature: openssl.sign(signers.get(keyType) as Signer, keyType, method, "data"),
  img_signature_hash_method: method as string,
  img_signature_key_type: keyType as string,
  img_signature_certificate_uuid: keyType as string,
});

const without = (properties: Properties, name: string): Properties =>
  Object.fromEntries(Object.entries(properties).filter(([other]) => other !== name));

/** Makes an image with these properties and puts data; answers the status, and the image's after it. */
async function outcome(url: string, properties: Properties, bytes: Buffer<ArrayBuffer> = data) {
  const created = await fetch(`${url}/v2/images`, {
    method: "POST",
    headers: { ...headers, "Content-Type": "application/json" },
    body: JSON.stringify({ disk_format: "raw", container_format: "bare", ...properties }),
  });
  const { id } = (await created.json()) as { id: string };
  const answer = await fetch(`${url}/v2/images/${id}/file`, {
    method: "PUT",
    headers: { ...headers, "Content-Type": "application/octet-stream" },
    body: bytes,
  });
  const text = await answer.text();
  const shown = await fetch(`${url}/v2/images/${id}`, { headers });
  const { status } = (await shown.json()) as { status: string };
  return {
    created: created.status,
    put: answer.status,
    says: answer.status === 400 && text.includes(`Signature verification failed for image ${id}`),
    status,
  };
}

const both = async (properties: Properties, bytes?: Buffer<ArrayBuffer>) => ({
  glance: await outcome(glanceUrl, properties, bytes),
  here: await outcome(runtime.url, properties, bytes),
});

const active = { created: 201, put: 204, says: false, status: "active" };
const refused = { created: 201, put: 400, says: true, status: "queued" };

describe("the real Glance and this service", () => {
  it.each(
    [...keyTypes.keys()].flatMap((type) => [...hashMethods.keys()].map((hash) => [type, hash] as const)),
  )("take what is signed by %s with %s, and refuse it with a flipped byte", async (keyType, method) => {
    const properties = signed(keyType, method);
    expect(await both(properties)).toEqual({ glance: active, here: active });
    expect(await both(properties, flipped)).toEqual({ glance: refused, here: refused });
  });

  it.each<[string, Properties]>([
    ["an unknown hash method", { img_signature_hash_method: "MD5" }],
    ["an unknown key type", { img_signature_key_type: "ECC_PRIME256V1" }],
    ["a key of another kind", { img_signature_key_type: "DSA" }],
    ["a signature that is no base64", { img_signature: "A" }],
    ["a certificate that is not there", { img_signature_certificate_uuid: "missing" }],
  ])("refuse %s with the same beginning of a sentence", async (_, change) => {
    const properties = { ...signed("RSA-PSS", "SHA-256"), ...change };
    expect(await both(properties)).toEqual({ glance: refused, here: refused });
  });

  it.each([
    "img_signature",
    "img_signature_hash_method",
    "img_signature_key_type",
    "img_signature_certificate_uuid",
  ])("differ where %s is missing: taken there for an image without a signature", async (name) => {
    const properties = without(signed("RSA-PSS", "SHA-256"), name);
    expect(await both(properties)).toEqual({ glance: active, here: refused });
  });

  it("differ about a key on another curve than the image says", async () => {
    const properties = { ...signed("ECC_SECP521R1", "SHA-256"), img_signature_key_type: "ECC_SECP384R1" };
    expect(await both(properties)).toEqual({ glance: active, here: refused });
  });
});
