import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { FakeKeystone, tokenBody } from "../unit/identity/keystone/fake-keystone.ts";

const keystone = new FakeKeystone();
let runtime: LocalRuntime;

beforeAll(async () => {
  await keystone.start();
  for (const name of ["demo", "second", "third", "fourth"]) keystone.tokens.set(name, { body: tokenBody() });
  runtime = await startRuntime({
    environment: {
      GLANCE_KEYSTONE_AUTH_URL: keystone.url,
      GLANCE_KEYSTONE_USERNAME: "glance",
      GLANCE_KEYSTONE_PASSWORD: keystone.password,
      GLANCE_KEYSTONE_PROJECT_NAME: "service",
      GLANCE_KEYSTONE_TIMEOUT: "2",
    },
  });
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
  await keystone.stop();
});

const ask = (base: string, path: string, token: string, init: RequestInit = {}) =>
  fetch(`${base}${path}`, { ...init, headers: { "X-Auth-Token": token, ...init.headers } });
const list = async (token: string) => (await ask(runtime.url, "/v2/images", token)).status;
const create = (token: string) =>
  ask(runtime.url, "/v2/images", token, {
    method: "POST",
    body: JSON.stringify({ disk_format: "raw", container_format: "bare" }),
  });
const upload = (base: string, id: string, token: string) =>
  ask(base, `/v2/images/${id}/file`, token, {
    method: "PUT",
    headers: { "Content-Type": "application/octet-stream" },
    body: "bytes",
  });

describe("the running service beside a Keystone", () => {
  it("says where identity is, and knows nobody itself", async () => {
    expect(runtime.output()).toContain(`identity ${keystone.url}`);
    for (const [method, path] of [
      ["GET", "/v3"],
      ["POST", "/v3/auth/tokens"],
    ] as const) {
      const response = await fetch(`${runtime.url}${path}`, { method });
      expect(response.status).toBe(404);
      expect(await response.text()).toContain(keystone.url);
    }
  });

  it("takes its tokens, in either header, and no others", async () => {
    const created = await create("demo");
    expect(created.status).toBe(201);
    expect(await created.json()).toMatchObject({ owner: "p1" });
    const bearer = { headers: { Authorization: "Bearer demo" } };
    expect((await fetch(`${runtime.url}/v2/images`, bearer)).status).toBe(200);
    expect(await list("invented")).toBe(401);
  });

  it.each(["killed", "silent", "garbage"])(
    "%s: remembered tokens still work; others get 503, a PUT with data 500; then all is well again",
    async (how) => {
      const { id } = (await (await create("demo")).json()) as { id: string };
      const token = { killed: "second", silent: "third", garbage: "fourth" }[how] ?? "";
      if (how === "killed") await keystone.stop();
      else keystone.mood = how as "silent" | "garbage";
      try {
        expect(await list("demo")).toBe(200);
        expect(await list(token)).toBe(503);
        expect((await create(token)).status).toBe(503);
        for (const base of [runtime.url, runtime.gatewayUrl])
          expect((await upload(base, id, token)).status).toBe(500);
      } finally {
        if (how === "killed") await keystone.start();
        keystone.mood = "well";
      }
      await expect.poll(() => list(token), { timeout: 15_000, interval: 250 }).toBe(200);
      await expect
        .poll(async () => (await upload(runtime.gatewayUrl, id, token)).status, {
          timeout: 15_000,
          interval: 500,
        })
        .toBe(204);
    },
  );
});
