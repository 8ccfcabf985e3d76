import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { barbicanCertificates } from "../../shared/images/adapters/barbican/signing-certificates.ts";
import { readCertificates } from "../../shared/signatures/certificates/read-certificates.ts";
import { succeed } from "../clients/command.ts";
import { makeCertificate } from "../fakes/signatures/make-certificate.ts";
import { freePort } from "../runtime/local-runtime.ts";

/** Signers' certificates out of a real Barbican of this test's own. */
const stack = resolve(import.meta.dirname, "stack");
const home = mkdtempSync(join(tmpdir(), "glance-barbican-"));
const { pem, certificate } = makeCertificate();
const token = "11111111111111111111111111111111";
let environment: Record<string, string>;
let endpoint: string;

beforeAll(async () => {
  const port = await freePort();
  endpoint = `http://127.0.0.1:${port}`;
  environment = { BARBICAN_REFERENCE_DIR: join(home, "state"), BARBICAN_REFERENCE_PORT: String(port) };
  await succeed(`${stack}/barbican-up.sh`, environment);
});
afterAll(async () => {
  await succeed(`${stack}/barbican-down.sh --wipe`, environment);
  rmSync(home, { recursive: true, force: true });
});

/** Keeps a secret as `openstack secret store` does; answers its id. */
async function stored(secret: Readonly<Record<string, string>>): Promise<string> {
  const answer = await fetch(`${endpoint}/v1/secrets`, {
    method: "POST",
    headers: { "X-Auth-Token": token, "Content-Type": "application/json" },
    body: JSON.stringify({ name: "signer", secret_type: "certificate", ...secret }),
  });
  const { secret_ref } = (await answer.json()) as { secret_ref?: string };
  if (secret_ref === undefined) throw new Error(`Barbican answered ${answer.status}`);
  return secret_ref.split("/").at(-1) ?? "";
}

const find = (id: string, login = token) =>
  barbicanCertificates({ endpoint, timeoutSeconds: 20, login }).find(id);

const base64 = (bytes: string | Uint8Array) => ({
  payload: Buffer.from(bytes).toString("base64"),
  payload_content_encoding: "base64",
});

it.each([
  ["PEM as text", { payload: pem, payload_content_type: "text/plain" }],
  ["PEM as bytes", { ...base64(pem), payload_content_type: "application/octet-stream" }],
  ["DER as bytes", { ...base64(certificate.raw), payload_content_type: "application/octet-stream" }],
])("finds a certificate that is kept as %s", async (_, secret) => {
  const bytes = await find(await stored(secret));
  const [found] = readCertificates(bytes ?? Buffer.alloc(0));
  expect(found?.fingerprint256).toBe(certificate.fingerprint256);
});

it("finds nothing of an id that is not there, nor what is no certificate", async () => {
  expect(await find("6d8b9f3a-36d1-4b49-9d6b-6ff6a4b6f0b3")).toBeUndefined();
  expect(await find("constructor")).toBeUndefined();
  const secret = { secret_type: "opaque", payload: pem, payload_content_type: "text/plain" };
  expect(await find(await stored(secret))).toBeUndefined();
});
