import { randomBytes, randomUUID } from "node:crypto";
import http from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ImageClient, logInEach } from "./image-client.ts";
import { type LocalRuntime, startRuntime } from "./local-runtime.ts";

const page = "https://console.example";
let runtime: LocalRuntime;
let demo: ImageClient;
let alt: ImageClient;
let admin: ImageClient;
let reader: ImageClient;

beforeAll(async () => {
  runtime = await startRuntime({
    environment: {
      GLANCE_IMAGE_TAG_QUOTA: "4",
      GLANCE_ALLOWED_ORIGIN: page,
      GLANCE_LOCKOUT_FAILURE_ATTEMPTS: "2",
    },
  });
  [demo, alt, admin, reader] = await logInEach(runtime.url, "demo", "alt", "admin", "reader");
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
});

const status = async (client: ImageClient, method: string, path: string, body?: string) =>
  (await client.fetch(path, { method, ...(body === undefined ? {} : { body }) })).status;

describe("tags", () => {
  const tag = (id: string, name: string) => `/v2/images/${id}/tags/${name}`;
  const tagsOf = async (id: string) => ((await demo.show(id)).tags as string[]).toSorted();

  it("come and go by their URL, percent-decoded", async () => {
    const id = await demo.create({ tags: ["first"] });
    for (const name of ["a%20b", "%C3%BC%F0%9F%98%80", "100%25", "100%25"])
      expect(await status(demo, "PUT", tag(id, name))).toBe(204);
    expect(await tagsOf(id)).toEqual(["100%", "a b", "first", "ü\u{1F600}"]);
    expect(await status(demo, "PUT", tag(id, "fifth"))).toBe(413);
    expect(await status(demo, "PUT", tag(id, "first"))).toBe(204);
    expect(await status(demo, "DELETE", tag(id, "a%20b"))).toBe(204);
    expect(await status(demo, "DELETE", tag(id, "a%20b"))).toBe(404);
    expect(await status(demo, "DELETE", `/v2.9/images/${id}/tags/first`)).toBe(204);
    expect(await tagsOf(id)).toEqual(["100%", "ü\u{1F600}"]);
  });

  it("are refused where they are none, too long, or not the caller's", async () => {
    const id = await demo.create();
    expect(await status(demo, "PUT", tag(id, "x".repeat(256)))).toBe(400);
    expect(await status(demo, "PUT", tag(id, "a%2Fb"))).toBe(404);
    expect(await status(demo, "PUT", tag(id, "a/b"))).toBe(404);
    expect(await status(demo, "PUT", tag(id, ""))).toBe(404);
    expect(await status(demo, "PUT", tag(randomUUID(), "x"))).toBe(404);
    expect(await status(alt, "PUT", tag(id, "x"))).toBe(404);
    expect(await status(reader, "PUT", tag(id, "x"))).toBe(403);
    expect(await tagsOf(id)).toEqual([]);
  });

  it("of many writers at once are all kept", async () => {
    const id = await demo.create();
    const names = ["a", "b", "c", "d"];
    expect(await Promise.all(names.map((name) => status(demo, "PUT", tag(id, name))))).toEqual(
      names.map(() => 204),
    );
    expect(await tagsOf(id)).toEqual(names);
  });
});

describe("deactivate and reactivate", () => {
  const act = (client: ImageClient, id: string, action: string) =>
    status(client, "POST", `/v2/images/${id}/actions/${action}`);

  it("take the data away from all but admins, and give it back", async () => {
    const id = await demo.create();
    expect(await act(demo, id, "deactivate")).toBe(403);
    await demo.upload(id, randomBytes(10));
    expect(await act(reader, id, "deactivate")).toBe(403);
    expect(await act(alt, id, "deactivate")).toBe(404);
    expect([await act(demo, id, "deactivate"), await act(demo, id, "deactivate")]).toEqual([204, 204]);
    expect(await demo.show(id)).toMatchObject({ status: "deactivated", size: 10 });
    expect(await status(demo, "GET", `/v2/images/${id}/file`)).toBe(403);
    expect(await status(admin, "GET", `/v2/images/${id}/file`)).toBe(302);
    expect([await act(demo, id, "reactivate"), await act(demo, id, "reactivate")]).toEqual([204, 204]);
    expect(await status(demo, "GET", `/v2/images/${id}/file`)).toBe(302);
    expect(await act(demo, id, "explode")).toBe(404);
  });
});

/** Those that Glance offers unless it is told otherwise. */
const methods = ["glance-direct", "web-download", "copy-image"];

describe("info", () => {
  it("tells of import methods, and of no stores, as Glance with one store does", async () => {
    expect(await (await demo.fetch("/v2/info/import")).json()).toMatchObject({
      "import-methods": { type: "array", value: methods },
    });
    for (const path of ["/v2/info/stores", "/v2/info/stores/detail"]) {
      const response = await demo.fetch(path);
      expect([response.status, await response.text()]).toEqual([
        404,
        expect.stringContaining("Multi backend is not configured"),
      ]);
    }
  });
});

describe("a body where none is expected", () => {
  it.each([
    ["DELETE", "/v2/images/{id}"],
    ["PUT", "/v2/images/{id}/tags/x"],
    ["DELETE", "/v2/images/{id}/tags/x"],
    ["POST", "/v2/images/{id}/actions/deactivate"],
    ["POST", "/v2/images/{id}/actions/reactivate"],
  ])("is 400 before policy and look-up: %s %s", async (method, path) => {
    const id = await demo.create();
    for (const [client, image] of [
      [demo, id],
      [reader, id],
      [demo, randomUUID()],
    ] as const) {
      expect(await status(client, method, path.replace("{id}", image), "{}")).toBe(400);
    }
    expect((await demo.show(id)).tags).toEqual([]);
  });

  it.each([
    "/v2/images/{id}",
    "/v2/images/{id}/file",
    "/v2/info/import",
    "/v2/info/stores/detail",
    "/v2/schemas/image",
  ])("is 400: GET %s", async (path) => {
    const url = new URL(runtime.url + path.replace("{id}", randomUUID()));
    const seen = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { "X-Auth-Token": demo.token, "Content-Length": "2" };
      http
        .request(url, { method: "GET", headers }, (response) => resolve(response.resume().statusCode))
        .on("error", reject)
        .end("{}");
    });
    expect(seen).toBe(400);
  });
});

describe("create and PATCH", () => {
  const patch = (id: string, operations: unknown) =>
    demo.fetch(`/v2/images/${id}`, {
      method: "PATCH",
      headers: { "Content-Type": "application/openstack-images-v2.1-json-patch", Accept: "application/json" },
      body: JSON.stringify(operations),
    });

  it("keep any Unicode text; Location is absolute, so are import methods", async () => {
    const response = await demo.fetch("/v2/images", {
      method: "POST",
      body: JSON.stringify({ name: "\u{1F600}", "\u{1F4BF}": "\u{1F600}", constructor: "c" }),
    });
    const image = (await response.json()) as { id: string };
    expect(response.status).toBe(201);
    expect(response.headers.get("location")).toBe(`${runtime.url}/v2/images/${image.id}`);
    expect(response.headers.get("openstack-image-import-methods")).toBe(methods.join(","));
    expect(await demo.show(image.id)).toMatchObject({
      name: "\u{1F600}",
      "\u{1F4BF}": "\u{1F600}",
      constructor: "c",
    });
  });

  it("of more than can be kept are 413 and change nothing; the largest image is uploaded and deleted", async () => {
    const create = (length: number) =>
      demo.fetch("/v2/images", {
        method: "POST",
        body: JSON.stringify({ disk_format: "raw", container_format: "bare", long: "x".repeat(length) }),
      });
    expect((await create(400_000)).status).toBe(413);
    const response = await create(384_900);
    expect(response.status).toBe(201);
    const { id } = (await response.json()) as { id: string };
    const refused = await patch(id, [{ op: "add", path: "/more", value: "x".repeat(1000) }]);
    expect([refused.status, await refused.json()]).toEqual([
      413,
      expect.objectContaining({ message: expect.stringContaining("at most 385024 can be kept") }),
    ]);
    expect((await demo.upload(id, randomBytes(10))).status).toBe(204);
    expect(await demo.show(id)).toMatchObject({ status: "active" });
    expect(await status(demo, "DELETE", `/v2/images/${id}`)).toBe(204);
  });

  it("are judged in Glance's order", async () => {
    const id = await demo.create();
    const statuses = async (...operations: unknown[]) => (await patch(id, operations)).status;
    expect(await statuses({ op: "replace", path: "/status", value: 5 })).toBe(403);
    expect(await statuses({ op: "remove", path: "/nothing" }, { op: "remove", path: "/name" })).toBe(409);
    expect(await statuses({ op: "replace", path: "/locations", value: [] })).toBe(403);
    expect(await statuses({ op: "add", path: "/locations", value: [] })).toBe(400);
    expect(await statuses({ op: "add", path: "/owner", value: "x" })).toBe(403);
    expect((await patch(randomUUID(), [{ op: "remove", path: "/name" }])).status).toBe(404);
    expect((await patch(randomUUID(), [{ op: "add", path: "/a/b", value: "x" }])).status).toBe(400);
  });
});

describe("the gateway's own refusals", () => {
  it("can be read by an allowed page", async () => {
    const response = await fetch(`${runtime.gatewayUrl}/v2/images`, {
      method: "POST",
      headers: { Origin: page, "X-Auth-Token": demo.token },
      body: new Uint8Array(11 * 1024 * 1024),
    });
    expect(response.status).toBe(413);
    expect(response.headers.get("access-control-allow-origin")).toBe(page);
    expect(response.headers.get("vary")).toBe("Origin");
    expect(await response.json()).toMatchObject({ error: { code: 413 } });
  });
});

describe("failed logins through the ingress", () => {
  const logInFrom = (localAddress: string, password: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const user = { name: "reader", password, domain: { name: "Default" } };
      http
        .request(
          `${runtime.url}/v3/auth/tokens`,
          // What a client says of itself must not help it, nor harm another.
          { method: "POST", localAddress, headers: { "X-Forwarded-For": "127.0.0.3" } },
          (response) => resolve(response.resume().statusCode),
        )
        .on("error", reject)
        .end(JSON.stringify({ auth: { identity: { methods: ["password"], password: { user } } } }));
    });

  it("make their own client wait, and nobody else", async () => {
    for (let failure = 0; failure < 2; failure++) expect(await logInFrom("127.0.0.2", "wrong")).toBe(401);
    expect(await logInFrom("127.0.0.2", "reader")).toBe(429);
    expect(await logInFrom("127.0.0.3", "reader")).toBe(201);
    expect(await logInFrom("127.0.0.1", "reader")).toBe(201);
  });
});
