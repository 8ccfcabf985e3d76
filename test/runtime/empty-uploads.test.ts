import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { chunkedPut } from "./chunked-put.ts";
import { type ImageClient, logIn } from "./image-client.ts";
import { type LocalRuntime, startRuntime } from "./local-runtime.ts";

let runtime: LocalRuntime;
let demo: ImageClient;
/** The ingress and the bare gateway: what one has seen the other must know. */
let fronts: readonly string[];

beforeAll(async () => {
  runtime = await startRuntime();
  demo = await logIn(runtime.url, "demo");
  fronts = [runtime.url, runtime.gatewayUrl];
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
});

const empty = {
  size: 0,
  checksum: createHash("md5").digest("hex"),
  os_hash_value: createHash("sha512").digest("hex"),
};
const path = (id: string, kind = "file") => `/v2/images/${id}/${kind}`;
const emptyPut = (front: string, id: string, kind?: string, token = demo.token) =>
  chunkedPut(`${front}${path(id, kind)}`, token, []);

it("the first empty upload is taken as Glance takes it, on both ways, chunked or not", async () => {
  for (const front of fronts) {
    for (const disk_format of ["raw", "qcow2"]) {
      const id = await demo.create({ disk_format });
      expect(await emptyPut(front, id)).toBe(204);
      expect(await demo.show(id)).toMatchObject({ status: "active", virtual_size: null, ...empty });
      expect(await demo.download(id)).toHaveLength(0);
    }
    const staged = await demo.create();
    expect(await emptyPut(front, staged, "stage")).toBe(204);
    expect(await demo.show(staged)).toMatchObject({ status: "uploading", size: 0 });
  }
  const said = await demo.create();
  expect((await demo.upload(said, new Uint8Array())).status).toBe(204);
  expect(await demo.show(said)).toMatchObject({ status: "active", ...empty });
  expect(readFileSync(join(runtime.home, "log", "data.log"), "utf8")).toMatch(/"level":"WARN".*without data/);
  expect(readFileSync(join(runtime.home, "log", "transfers.log"), "utf8")).toMatch(
    /"level":"WARN".*without data/,
  );
});

it("after a 401 an empty repeat is refused on both ways, and the data is taken", async () => {
  for (const [first, second] of [fronts, fronts.toReversed()]) {
    for (const kind of ["file", "stage"]) {
      const id = await demo.create();
      expect(await chunkedPut(`${first}${path(id, kind)}`, "no-token", [randomBytes(10)])).toBe(401);
      for (const front of [first ?? "", second ?? ""]) expect(await emptyPut(front, id, kind)).toBe(400);
      expect((await demo.show(id)).status).toBe("queued");
      expect(await chunkedPut(`${second}${path(id, kind)}`, demo.token, [randomBytes(10)])).toBe(204);
    }
    // Nothing was lost of an empty one, so its repeat is no accident.
    const id = await demo.create();
    expect(await emptyPut(first ?? "", id, "file", "no-token")).toBe(401);
    expect(await emptyPut(second ?? "", id)).toBe(204);
  }
});

it("an upload that was refused or broke off makes no empty repeat an image, wherever it comes", async () => {
  const refused = await demo.create({ disk_format: "qcow2" });
  expect(await chunkedPut(`${runtime.url}${path(refused)}`, demo.token, [randomBytes(1000)])).toBe(415);
  const broken = await demo.create();
  const put = request(`${runtime.url}${path(broken)}`, {
    method: "PUT",
    headers: { "X-Auth-Token": demo.token, "Content-Type": "application/octet-stream" },
  });
  put.on("error", () => undefined).write(randomBytes(100_000));
  await vi.waitFor(async () => expect((await demo.show(broken)).status).toBe("saving"), { timeout: 10_000 });
  put.destroy();
  await vi.waitFor(async () => expect((await demo.show(broken)).status).toBe("queued"), { timeout: 10_000 });
  for (const front of fronts) {
    for (const id of [refused, broken]) {
      expect(await emptyPut(front, id)).toBe(400);
      expect((await demo.show(id)).status).toBe("queued");
    }
  }
  expect((await demo.upload(broken, randomBytes(100_000))).status).toBe(204);
});

it("what strangers announce keeps no upload with data out", async () => {
  const id = await demo.create({ visibility: "community" });
  const alt = await logIn(runtime.url, "alt");
  for (const token of ["no-token", alt.token]) {
    const put = request(`${runtime.url}${path(id)}`, {
      method: "PUT",
      headers: {
        "X-Auth-Token": token,
        "Content-Type": "application/octet-stream",
        "Content-Length": 2 * 1024 ** 4,
      },
    });
    put.on("error", () => undefined).write("x");
    const [answer] = (await once(put, "response")) as [{ statusCode: number }];
    expect([401, 403]).toContain(answer.statusCode);
    put.destroy();
  }
  expect((await demo.upload(id, randomBytes(10))).status).toBe(204);
});

it("the length of an upload that was cut off before it began is known on both ways", async () => {
  const id = await demo.create();
  const told = await demo.fetch(`${path(id, "transfers")}`, {
    method: "POST",
    body: JSON.stringify({ size: 1000, broken: true }),
  });
  expect(told.status).toBe(204);
  for (const front of fronts) {
    const rest = await fetch(`${front}${path(id)}`, {
      method: "PUT",
      headers: { "X-Auth-Token": demo.token, "Content-Type": "application/octet-stream" },
      body: randomBytes(900),
    });
    expect(rest.status).toBe(400);
    expect(await rest.text()).toContain("the rest of it");
  }
  expect((await demo.upload(id, randomBytes(1000))).status).toBe(204);
});
