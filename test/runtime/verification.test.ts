import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createMachine, type Machine } from "../client/imagectl-process.ts";
import { type ImageClient, logIn } from "./image-client.ts";
import { type LocalRuntime, startRuntime } from "./local-runtime.ts";

let runtime: LocalRuntime;
let demo: ImageClient;
let machine: Machine;
const random = randomBytes(300_000);
const digest = (algorithm: string) => createHash(algorithm).update(random).digest("hex");

beforeAll(async () => {
  // What a lost message would come after: nothing here may wait for it.
  runtime = await startRuntime({
    environment: { GLANCE_COMPLETION_RECOVERY_DELAY: "900", GLANCE_IMAGE_PROVENANCE: "true" },
  });
  demo = await logIn(runtime.url, "demo");
  machine = createMachine({ OS_CLIENT_CONFIG_FILE: join(runtime.home, "clouds.yaml"), OS_CLOUD: "demo" });
});
afterAll(async () => {
  machine?.remove();
  await runtime?.stop();
  runtime?.remove();
});

const post = (path: string, body: unknown, headers = {}) =>
  demo.fetch(path, { method: "POST", headers, body: JSON.stringify(body) });

/** An image completed with this statement of its hashes; returns its id and the answer's status. */
async function completed(statement: Record<string, string>, data: Uint8Array<ArrayBuffer> = random) {
  const id = await demo.create();
  const transfers = `/v2/images/${id}/transfers`;
  const opened = (await (await post(transfers, { size: data.length })).json()) as {
    id: string;
    token: string;
  };
  const token = { "X-Image-Transfer-Token": opened.token };
  const parts = [{ number: 1, size: data.length }];
  const signed = (await (await post(`${transfers}/${opened.id}/parts`, { parts }, token)).json()) as {
    parts: { url: string }[];
  };
  await fetch(signed.parts[0]?.url ?? "", { method: "PUT", body: data });
  const { status } = await post(
    `${transfers}/${opened.id}/complete`,
    { size: data.length, ...statement },
    token,
  );
  return { id, status };
}

async function untilStatus(id: string, wanted: string) {
  for (let tries = 0; (await demo.show(id)).status !== wanted && tries < 100; tries++) await sleep(200);
  return demo.show(id);
}

it("hashes that nobody stated are computed, and the image is active then", async () => {
  const { id, status } = await completed({});
  expect(status).toBe(202);
  expect(await untilStatus(id, "active")).toMatchObject({
    checksum: digest("md5"),
    os_hash_algo: "sha512",
    os_hash_value: digest("sha512"),
  });
});

it("a wrong statement deactivates the image, and its data can not be had any more", async () => {
  const { id, status } = await completed({ checksum: "0".repeat(32), os_hash_value: "0".repeat(128) });
  expect(status).toBe(200);
  expect((await untilStatus(id, "deactivated")).status).toBe("deactivated");
  expect((await demo.fetch(`/v2/images/${id}/file`)).status).toBe(403);
});

it("its messages carry the header by which Lambda finds loops", () => {
  const sqs = join(runtime.home, "sqs");
  const queue = readdirSync(sqs).find((name) => /FinalizeQueue(?!Dead)/.test(name)) ?? "";
  const messages = readdirSync(join(sqs, queue)).map((file) => readFileSync(join(sqs, queue, file), "utf8"));
  expect(messages.length).toBeGreaterThan(0);
  for (const message of messages) expect(JSON.parse(message).traceHeader).toMatch(/;Lineage=[0-9a-f]{8}:1$/);
});

it("a right one stays active", async () => {
  const { id } = await completed({ checksum: digest("md5"), os_hash_value: digest("sha512") });
  const verifiedAt = async () => {
    const answer = await demo.fetch(`/v2/images/${id}/integrity`);
    return ((await answer.json()) as { verified_at: string | null }).verified_at;
  };
  await expect.poll(verifiedAt, { timeout: 20_000 }).toEqual(expect.any(String));
  expect((await demo.show(id)).status).toBe("active");
});

it("5 bytes are hashed at once: the image is active within three seconds", async () => {
  const { id } = await completed({}, Buffer.from("bytes"));
  const began = performance.now();
  expect((await untilStatus(id, "active")).status).toBe("active");
  expect(performance.now() - began).toBeLessThan(3000);
});

it("a statement is signed once for the same records, and imagectl verifies a file by it", async () => {
  const { id } = await completed({ checksum: digest("md5"), os_hash_value: digest("sha512") });
  const asked = async () => (await demo.fetch(`/v2/images/${id}/provenance`)).text();
  const predicate = async () =>
    JSON.parse(Buffer.from(JSON.parse(await asked()).payload, "base64").toString()).predicate;
  for (let tries = 0; (await predicate()).assurance === "stated" && tries < 100; tries++) await sleep(200);
  expect(await predicate()).toMatchObject({ image_id: id, size: random.length, assurance: "verified" });
  expect(await asked()).toBe(await asked());
  // Without a login.
  const keys = await (await fetch(`${runtime.url}/v2/provenance/keys`)).json();
  writeFileSync(join(machine.folder, "keys.json"), JSON.stringify(keys));
  writeFileSync(join(machine.folder, "good.img"), random);
  const { code, stdout } = await machine.run("verify", "good.img", "--provenance", id, "--key", "keys.json");
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/assurance: verified[\s\S]*keys\.json[\s\S]*good\.img and the record of image/),
  ]);
  const other = await demo.create();
  await demo.upload(other, random);
  expect(await machine.run("verify", "--provenance", id, "--image", other)).toMatchObject({
    code: 4,
    stderr: expect.stringContaining(`is about image ${id}, not about ${other}`),
  });
});

it("nothing is stated of an image whose data was wrong", async () => {
  const { id } = await completed({ checksum: "0".repeat(32), os_hash_value: "0".repeat(128) });
  await untilStatus(id, "deactivated");
  const answer = await demo.fetch(`/v2/images/${id}/provenance`);
  expect([answer.status, await answer.text()]).toEqual([409, expect.stringContaining("found wrong")]);
});
