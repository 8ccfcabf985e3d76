import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientWith, type ImageClient, logIn } from "./image-client.ts";
import { type LocalRuntime, startRuntime } from "./local-runtime.ts";

let runtime: LocalRuntime;
let demo: ImageClient;

beforeAll(async () => {
  runtime = await startRuntime({ environment: { GLANCE_ALLOWED_ORIGIN: "https://console.example" } });
  demo = await logIn(runtime.url, "demo");
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
});

const status = async (client: ImageClient, method: string, path: string, body?: string) =>
  (await client.fetch(path, { method, ...(body === undefined ? {} : { body }) })).status;

describe("discovery", () => {
  it("lists the versions where clients look, with absolute links of the address they used", async () => {
    const statuses: Record<string, number> = {};
    for (const path of ["/", "/versions", "/v2", "/v2/", "/v2/versions", "/v1/images"]) {
      const response = await fetch(`${runtime.url}${path}`);
      statuses[path] = response.status;
      const { versions } = (await response.json()) as {
        versions: { id: string; links: { href: string }[] }[];
      };
      expect(versions.some(({ id }) => id === "v2.17")).toBe(true);
      expect(versions[0]?.links[0]?.href).toBe(`${runtime.url}/v2/`);
    }
    expect(statuses).toEqual({
      "/": 300,
      "/versions": 200,
      "/v2": 200,
      "/v2/": 200,
      "/v2/versions": 200,
      "/v1/images": 300,
    });
  });

  it("has the schemas that clients ask for, without stores", async () => {
    for (const name of ["image", "images", "metadefs/namespace", "metadefs/resource_type"]) {
      const response = await demo.fetch(`/v2/schemas/${name}`);
      expect(response.status).toBe(200);
      expect(await response.text()).not.toContain('"stores"');
    }
  });

  it("says 401 without a token, 404 for what is not there, 405 with Allow for another method", async () => {
    expect((await fetch(`${runtime.url}/v2/nothing`)).status).toBe(401);
    expect((await demo.fetch("/v2/nothing/here")).status).toBe(404);
    const response = await demo.fetch("/v2/images", { method: "PUT" });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, POST"]);
    expect(response.headers.get("x-openstack-request-id")).toMatch(/^req-/);
  });

  it("puts errors into the form that the client shows", async () => {
    const path = `/v2/images/${randomUUID()}`;
    const json = await demo.fetch(path, { headers: { Accept: "application/json" } });
    expect(await json.json()).toMatchObject({ code: "404 Not Found", title: "Not Found" });
    const html = await demo.fetch(path, { headers: { Accept: "" } });
    expect(html.headers.get("content-type")).toContain("text/html");
    expect(await html.text()).toContain("No image found with ID");
  });
});

describe("tokens", () => {
  const encoded = (part: unknown) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const parts = () => demo.token.split(".") as [string, string, string];
  const decoded = (part: string) =>
    JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>;
  const status = async (token: string) => (await clientWith(runtime.url, token).fetch("/v2/images")).status;

  it("that are forged in any way are 401, in Keystone's challenge", async () => {
    const [header, claims, signature] = parts();
    const altered = encoded({ ...decoded(claims), sub: "x" });
    const forged = {
      none: `${encoded({ alg: "none", typ: "JWT" })}.${claims}.`,
      altered: `${header}.${altered}.${signature}`,
      "without kid": `${encoded({ alg: "ES256", typ: "JWT" })}.${claims}.${signature}`,
      "other kid": `${encoded({ ...decoded(header), kid: "../x" })}.${claims}.${signature}`,
      garbage: "x".repeat(9000),
      empty: "",
    };
    for (const [name, token] of Object.entries(forged)) expect(await status(token), name).toBe(401);
    const response = await fetch(`${runtime.url}/v2/images`);
    expect(response.headers.get("www-authenticate")).toBe(`Keystone uri="${runtime.url}/v3"`);
  });

  it("with a wrong password there is none", async () => {
    await expect(
      fetch(`${runtime.url}/v3/auth/tokens`, {
        method: "POST",
        body: JSON.stringify({
          auth: {
            identity: {
              methods: ["password"],
              password: { user: { name: "demo", password: "x", domain: {} } },
            },
          },
        }),
      }).then(({ status: code }) => code),
    ).resolves.toBeGreaterThanOrEqual(400);
  });
});

describe("other methods", () => {
  const id = randomUUID();
  const rejects: [path: string, allow: string][] = [
    ["/v2/images", "GET, POST"],
    [`/v2/images/${id}`, "GET, PATCH, DELETE"],
    [`/v2/images/${id}/file`, "GET, PUT"],
    [`/v2/images/${id}/stage`, "PUT"],
    [`/v2/images/${id}/tags/x`, "PUT, DELETE"],
    [`/v2/images/${id}/actions/deactivate`, "POST"],
    [`/v2/images/${id}/actions/reactivate`, "POST"],
    [`/v2/images/${id}/members`, "GET, POST"],
    [`/v2/images/${id}/members/x`, "GET, PUT, DELETE"],
    ["/v2/info/import", "GET"],
    ["/v2/info/stores", "GET"],
    ["/v2/info/stores/detail", "GET"],
    [`/v2/stores/fast/${id}`, "DELETE"],
    ["/v2/schemas/image", "GET"],
    ["/v2/schemas/images", "GET"],
    ["/v2/schemas/member", "GET"],
    ["/v2/schemas/metadefs/namespace", "GET"],
    ["/v2.3/images", "GET, POST"],
  ];

  it.each(rejects)("than those of %s are 405 with Allow: %s", async (path, allow) => {
    const others = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].filter(
      (method) => !allow.split(", ").includes(method),
    );
    for (const method of others) {
      const response = await demo.fetch(path, { method });
      expect([method, response.status, response.headers.get("allow")]).toEqual([method, 405, allow]);
    }
    expect((await fetch(`${runtime.url}${path}`, { method: "OPTIONS" })).status).toBe(401);
  });

  it("below /v3 are 405 with Allow in Keystone's form", async () => {
    for (const [path, allow] of [
      ["/v3/auth/tokens", "GET, HEAD, POST, DELETE"],
      ["/v3/users", "GET, POST"],
      ["/v3/projects/x", "GET, PATCH, DELETE"],
    ] as const) {
      const response = await demo.fetch(path, { method: "PUT" });
      expect([response.status, response.headers.get("allow")]).toEqual([405, allow]);
      expect(await response.json()).toMatchObject({ error: { code: 405 } });
    }
    expect(await status(demo, "PUT", "/v3/nothing")).toBe(404);
  });

  it("and unknown paths: 404, 501 for a method of no route", async () => {
    const image = await demo.create();
    const unknown = [
      "/v2/images/",
      `/v2/images/${image}/`,
      `/v2/images/${image}/tags`,
      `/v2/images/${image}/actions`,
      `/v2/images/${image}/file/`,
      "/v2/schemas",
      "/v2/schemas/image/",
      "/v2/schemas/nothing",
      "/v2/schemas/metadefs/nothing",
      "/v2/info",
      "/v2/nothing",
    ];
    for (const path of unknown) {
      expect([path, await status(demo, "GET", path)]).toEqual([path, 404]);
      expect([path, await status(demo, "PUT", path)]).toEqual([path, 404]);
      expect([path, (await fetch(`${runtime.url}${path}`)).status]).toEqual([path, 401]);
    }
    expect(await status(demo, "DELETE", `/v2/images/${image}/`)).toBe(404);
    expect((await demo.show(image)).id).toBe(image);
    expect(await status(demo, "OPTIONS", "/v2/nothing")).toBe(501);
  });

  it("of the versions document are all the same, without a token", async () => {
    for (const [path, expected] of [
      ["/", 300],
      ["/versions", 200],
      ["/versions/any/thing", 200],
      ["/v9/images", 300],
    ] as const) {
      for (const method of ["GET", "POST", "DELETE", "OPTIONS"]) {
        const response = await fetch(`${runtime.url}${path}`, { method });
        expect([path, method, response.status]).toEqual([path, method, expected]);
        expect(await response.json()).toHaveProperty("versions");
      }
    }
    expect(await (await fetch(`${runtime.url}/healthcheck`)).text()).toBe("OK");
    expect((await fetch(`${runtime.url}/healthcheck`, { method: "HEAD" })).status).toBe(204);
  });
});
