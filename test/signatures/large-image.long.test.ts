import { createHash, createSign } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ImageClient, logIn } from "../runtime/image-client.ts";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { opensslSigners, type Signer } from "./openssl-signers.ts";

const GIB = Number(process.env.SIGNED_GIB ?? 1);
const SIZE = GIB * 1024 ** 3;
/** 30 s for 5 GiB, which `SIGNED_GIB=5` verifies. */
const RUN_SECONDS = 6 * GIB;
const PART = 128 * 1024 ** 2;

let folder: string;
let runtime: LocalRuntime;
let demo: ImageClient;
let signer: Signer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "glance-long-"));
  const openssl = opensslSigners(folder);
  signer = openssl.signer("ECC_SECP521R1", { name: "one" });
  mkdirSync(join(folder, "signers"));
  copyFileSync(signer.certificateFile, join(folder, "signers", "one.pem"));
  runtime = await startRuntime({
    environment: {
      GLANCE_SIGNING_CERTIFICATES_FOLDER: join(folder, "signers"),
      GLANCE_TRUSTED_CERTIFICATES_FILE: openssl.authorityFile,
      GLANCE_HASHING_RUN_SECONDS: String(RUN_SECONDS),
    },
  });
  demo = await logIn(runtime.url, "demo");
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Part `number`, all parts different, made again for each use. */
function partOf(number: number, buffer: Buffer): Buffer {
  const part = buffer.subarray(0, Math.min(PART, SIZE - (number - 1) * PART));
  for (let at = 0; at < part.length; at += 1024 ** 2) part.writeUInt32LE(number * 1000 + at / 1024 ** 2, at);
  return part;
}

test(`an image of ${SIZE} bytes is verified by a worker that is stopped after each ${RUN_SECONDS} s`, async () => {
  const sha512 = createHash("sha512");
  const sign = createSign("sha256");
  const id = await demo.create();
  const transfers = `/v2/images/${id}/transfers`;
  const post = (path: string, body: unknown) =>
    demo.fetch(path, { method: "POST", body: JSON.stringify(body) });
  const opened = (await (await post(transfers, { size: SIZE })).json()) as { id: string };
  const buffer = Buffer.alloc(PART, "an image of some gigabytes");
  const began = Date.now();
  const count = Math.ceil(SIZE / PART);
  for (let number = 1; number <= count; number++) {
    const part = partOf(number, buffer);
    sha512.update(part);
    sign.update(part);
    const asked = { parts: [{ number, size: part.length }] };
    const { parts } = (await (await post(`${transfers}/${opened.id}/parts`, asked)).json()) as {
      parts: { url: string }[];
    };
    const put = await fetch(parts[0]?.url ?? "", { method: "PUT", body: part as Buffer<ArrayBuffer> });
    if (put.status !== 200) throw new Error(`part ${number}: ${put.status}`);
  }
  const sentSeconds = (Date.now() - began) / 1000;
  const properties = {
    img_signature: sign.sign(readFileSync(signer.keyFile), "base64"),
    img_signature_hash_method: "SHA-256",
    img_signature_key_type: "ECC_SECP521R1",
    img_signature_certificate_uuid: "one",
  };
  const patched = await demo.fetch(`/v2/images/${id}`, {
    method: "PATCH",
    headers: { "Content-Type": "application/openstack-images-v2.1-json-patch" },
    body: JSON.stringify(
      Object.entries(properties).map(([name, value]) => ({ op: "add", path: `/${name}`, value })),
    ),
  });
  expect(patched.status).toBe(200);
  const completed = Date.now();
  expect((await post(`${transfers}/${opened.id}/complete`, { size: SIZE })).status).toBe(202);
  for (let tries = 0; (await demo.show(id)).status === "saving" && tries < 3000; tries++) await sleep(200);
  const verifiedSeconds = (Date.now() - completed) / 1000;
  expect(await demo.show(id)).toMatchObject({ status: "active", os_hash_value: sha512.digest("hex") });

  const log = readFileSync(join(runtime.home, "log", "workers-finalize.log"), "utf8").split("\n");
  const runs = log.filter((line) => line.includes(id) && line.includes('"continues"')).length + 1;
  console.log(
    `${SIZE / 1024 ** 3} GiB: sent and signed in ${sentSeconds.toFixed(1)} s, verified in ${verifiedSeconds.toFixed(1)} s ` +
      `by ${runs} runs of the worker (SHA-256 beside MD5 and SHA-512)`,
  );
  expect(runs).toBeGreaterThan(1);
}, 1_800_000);
