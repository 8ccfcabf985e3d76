import { createHash, randomBytes } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createMachine, type Machine } from "../client/imagectl-process.ts";
import { uploadUnderWay } from "../client/upload-under-way.ts";
import { logIn } from "../runtime/image-client.ts";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { opensslSigners, type Signer } from "./openssl-signers.ts";

/* imagectl signs with keys that openssl made, for a service that takes signed images only. */
let folder: string;
let runtime: LocalRuntime;
let machine: Machine;
let authority: string;
const signers = new Map<string, Signer>();
const data = randomBytes(21_000_000);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "glance-imagectl-"));
  const openssl = opensslSigners(folder);
  authority = openssl.authorityFile;
  signers.set("rsa", openssl.signer("RSA-PSS", { name: "rsa" }));
  signers.set("p384", openssl.signer("ECC_SECP384R1", { name: "p384" }));
  const certificates = join(folder, "signers");
  mkdirSync(certificates);
  for (const [id, { certificateFile }] of signers)
    copyFileSync(certificateFile, join(certificates, `${id}.pem`));
  runtime = await startRuntime({
    environment: {
      GLANCE_SIGNING_CERTIFICATES_FOLDER: certificates,
      GLANCE_TRUSTED_CERTIFICATES_FILE: authority,
      GLANCE_ENFORCE_SIGNATURES: "true",
    },
  });
  machine = createMachine({ OS_CLIENT_CONFIG_FILE: join(runtime.home, "clouds.yaml"), OS_CLOUD: "demo" });
  writeFileSync(join(machine.folder, "disk.img"), data);
});
afterAll(async () => {
  machine?.remove();
  await runtime?.stop();
  runtime?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const signerOf = (id: string) => signers.get(id) as Signer;
const signedBy = (id: string, key = id) => ["--sign-key", signerOf(key).keyFile, "--cert-id", id];
const imageOf = async (id: unknown) => (await logIn(runtime.url, "demo")).show(String(id));

const expectSigned = async (id: unknown, certificate: string, method: string) =>
  expect(await imageOf(id)).toMatchObject({
    status: "active",
    os_hash_value: createHash("sha512").update(data).digest("hex"),
    img_signature_hash_method: method,
    img_signature_certificate_uuid: certificate,
  });

test.each([
  ["rsa", "SHA-256", []],
  ["p384", "SHA-384", ["--hash", "SHA-384"]],
] as const)("a file is signed while it is sent: %s", async (id, method, words) => {
  const { image_id } = await machine.json("upload", "disk.img", "--new", ...signedBy(id), ...words);
  await expectSigned(image_id, id, method);
});

test("standard input is signed, too", async () => {
  const upload = machine.start("upload", "-", "--name", "stream", "--json", ...signedBy("p384"));
  upload.process.stdin?.end(data);
  const { code, stdout, stderr } = await upload.ended;
  expect(stderr).not.toContain("failed");
  expect(code).toBe(0);
  await expectSigned(JSON.parse(stdout).image_id, "p384", "SHA-256");
});

test("an upload that was broken off is signed by what goes on with it, which need not be told", async () => {
  const slowly = ["--part-size", "5M", "--parallel", "2", "--limit-rate", "3M"];
  const broken = machine.start("upload", "disk.img", "--new", ...signedBy("rsa"), ...slowly);
  const { image_id } = await uploadUnderWay(machine, 1);
  broken.process.kill("SIGKILL");
  await broken.ended;
  await machine.json("upload", "disk.img", "--resume");
  await expectSigned(image_id, "rsa", "SHA-256");
});

test("another machine that completes it without a signature is told so, and nothing is active", async () => {
  const slowly = ["--part-size", "5M", "--parallel", "2", "--limit-rate", "3M"];
  const broken = machine.start("upload", "disk.img", "--new", ...signedBy("rsa"), ...slowly);
  const { image_id } = await uploadUnderWay(machine, 1);
  broken.process.kill("SIGKILL");
  await broken.ended;
  await machine.run("transfer", "ticket", "disk.img", "--out", "disk.ticket");
  const other = await machine.run("upload", "disk.img", "--ticket", "disk.ticket");
  expect(other.code).not.toBe(0);
  expect(other.stderr).toContain("takes only signed images");
  expect(await imageOf(image_id)).toMatchObject({ status: "saving" });
  expect((await machine.run("transfer", "abort", "disk.img")).code).toBe(0);
});

test("a key that is not the certificate's is told by the service, and no image is active", async () => {
  const { code, stderr } = await machine.run("upload", "disk.img", "--new", ...signedBy("rsa", "p384"));
  expect(code).toBe(1);
  expect(stderr).toContain("invalid public key type for signature key type: ECC_SECP384R1");
  const missing = await machine.run("upload", "disk.img", "--new", ...signedBy("missing", "rsa"));
  expect(missing.stderr).toContain("certificate not found with ID: missing");
});

test("verify --signature says whose data it is, of what is stored and of a file", async () => {
  const { image_id } = await machine.json("upload", "disk.img", "--new", ...signedBy("rsa"));
  const cert = ["--signature", "--cert", signerOf("rsa").certificateFile];
  const stored = await machine.run("verify", String(image_id), ...cert, "--trusted", authority);
  expect(stored).toMatchObject({ code: 0, stdout: expect.stringContaining("signed by CN=rsa") });
  const file = await machine.run("verify", "disk.img", "--image", String(image_id), ...cert);
  expect(file).toMatchObject({ code: 0, stdout: expect.stringContaining("not asked: --trusted") });

  const [other, stranger] = [signerOf("p384").certificateFile, signerOf("rsa").certificateFile];
  const wrong = await machine.run("verify", String(image_id), "--signature", "--cert", other);
  expect(wrong).toMatchObject({ code: 4, stderr: expect.stringContaining("invalid public key type") });
  const untrusted = await machine.run("verify", String(image_id), ...cert, "--trusted", other);
  expect(untrusted).toMatchObject({ code: 4, stderr: expect.stringContaining("not issued by") });
  const demo = await logIn(runtime.url, "demo");
  await demo.fetch(`/v2/images/${image_id}`, {
    method: "PATCH",
    headers: { "Content-Type": "application/openstack-images-v2.1-json-patch" },
    body: JSON.stringify([{ op: "replace", path: "/img_signature", value: "AAAA" }]),
  });
  const changed = await machine.run("verify", String(image_id), "--signature", "--cert", stranger);
  expect(changed).toMatchObject({ code: 4, stderr: expect.stringContaining("is not what was signed") });
});

test.each([
  [["--sign-key", "key.pem"], "--sign-key needs --cert-id"],
  [["--cert-id", "one"], "--cert-id needs --sign-key"],
  [["--hash", "SHA-384"], "--hash needs --sign-key"],
  [["--sign-key", "missing.pem", "--cert-id", "one"], "missing.pem cannot be read (ENOENT)"],
  [["--sign-key", "disk.img", "--cert-id", "one"], "disk.img is no private key"],
])("upload with %j is refused before anything is sent", async (words, message) => {
  const { code, stderr } = await machine.run("upload", "disk.img", "--new", ...words);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});
