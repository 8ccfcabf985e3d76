import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { succeed } from "../clients/command.ts";
import { clientWith, type ImageClient } from "../runtime/image-client.ts";
import { freePort, type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";

/** The real Keystone of test/reference/stack/up.sh, or another one with the same users. */
const authUrl = process.env.TEST_KEYSTONE_URL ?? "http://127.0.0.1:5000/v3";
const cacheSeconds = 2;
const MIB = 1024 ** 2;

let runtime: LocalRuntime;
let region: string;
let operator: string;
let systemRole: string | undefined;
let demo: ImageClient;
let project: string;
/** Paths to delete when all is done, last made first. */
const made: string[] = [];

async function keystone(method: string, path: string, body?: unknown) {
  const response = await fetch(`${authUrl}${path}`, {
    method,
    headers: { "X-Auth-Token": operator, "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === "" ? {} : JSON.parse(text);
}

async function logIn(name: string, scope: unknown): Promise<{ token: string; projectId: string }> {
  const domain = { name: "Default" };
  const response = await fetch(`${authUrl}/auth/tokens`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      auth: {
        identity: { methods: ["password"], password: { user: { name, password: name, domain } } },
        scope,
      },
    }),
  });
  const { token } = (await response.json()) as { token: { project?: { id: string } } };
  return { token: response.headers.get("x-subject-token") ?? "", projectId: token.project?.id ?? "" };
}
const ofProject = (name: string) => ({ project: { name, domain: { name: "Default" } } });

const idOf = async (list: string, name: string): Promise<string> =>
  (await keystone("GET", `/${list}?name=${name}`))[list][0].id;

async function imageServiceId(): Promise<string> {
  return (await keystone("GET", "/services?type=image")).services[0].id;
}

async function limit(list: "limits" | "registered_limits", entry: Record<string, unknown>) {
  const where = { service_id: await imageServiceId(), region_id: region };
  const { [list]: created } = await keystone("POST", `/${list}`, { [list]: [{ ...where, ...entry }] });
  const id = created.find((one: Record<string, unknown>) => one.resource_name === entry.resource_name).id;
  made.push(`/${list}/${id}`);
  return id as string;
}

beforeAll(async () => {
  operator = (await logIn("admin", { system: { all: true } })).token;
  const [user, reader] = [await idOf("users", "glance"), await idOf("roles", "reader")];
  const onSystem = `/system/users/${user}/roles/${reader}`;
  const held = (await keystone("GET", `/system/users/${user}/roles`)).roles as { id: string }[];
  if (!held.some(({ id }) => id === reader)) {
    await keystone("PUT", onSystem);
    systemRole = onSystem;
  }
  const port = await freePort();
  region = `Limits${port}`;
  await keystone("POST", "/regions", { region: { id: region } });
  made.push(`/regions/${region}`);
  const { endpoint } = await keystone("POST", "/endpoints", {
    endpoint: {
      service_id: await imageServiceId(),
      region_id: region,
      interface: "public",
      url: `http://127.0.0.1:${port}`,
    },
  });
  made.push(`/endpoints/${endpoint.id}`);
  await limit("registered_limits", { resource_name: "image_count_total", default_limit: 1 });
  await limit("registered_limits", { resource_name: "image_size_total", default_limit: 2 });
  await limit("registered_limits", { resource_name: "image_count_uploading", default_limit: 10 });
  runtime = await startRuntime({
    port,
    environment: {
      GLANCE_KEYSTONE_AUTH_URL: authUrl,
      GLANCE_KEYSTONE_USERNAME: "glance",
      GLANCE_KEYSTONE_PASSWORD: "glance",
      GLANCE_KEYSTONE_PROJECT_NAME: "service",
      GLANCE_TOKEN_CACHE_TIME: String(cacheSeconds),
      GLANCE_USE_KEYSTONE_LIMITS: "true",
      GLANCE_ENDPOINT_ID: endpoint.id,
    },
  });
  const { token, projectId } = await logIn("demo", ofProject("demo"));
  demo = clientWith(runtime.url, token);
  project = projectId;
});
afterAll(async () => {
  for (const path of made.toReversed()) await keystone("DELETE", path);
  if (systemRole) await keystone("DELETE", systemRole);
  await runtime?.stop();
  runtime?.remove();
});

describe("unified limits of a real Keystone", () => {
  const create = () =>
    demo.fetch("/v2/images", {
      method: "POST",
      body: JSON.stringify({ disk_format: "raw", container_format: "bare" }),
    });

  it("are kept: the registered one, then the project's own, after the cache time", async () => {
    expect((await create()).status).toBe(201);
    const refused = await create();
    expect(refused.status).toBe(413);
    expect(await refused.text()).toContain(
      `Project ${project} is over a limit for [Resource image_count_total is over limit of 1 due to current usage 1 and delta 1]`,
    );
    await limit("limits", { project_id: project, resource_name: "image_count_total", resource_limit: 3 });
    await expect
      .poll(async () => (await create()).status, { timeout: (cacheSeconds + 5) * 1000, interval: 500 })
      .toBe(201);
  });

  it("judge uploads at their end, by the worker too, and what is not registered is refused", async () => {
    const id = await demo.create();
    expect((await demo.upload(id, Buffer.alloc(3 * MIB))).status).toBe(413);
    expect((await demo.upload(id, Buffer.alloc(2 * MIB))).status).toBe(204);
    const deleted = await demo.fetch(`/v2/images/${id}`, { method: "DELETE" });
    expect(deleted.status).toBe(204);
    const staged = await demo.create();
    const stage = await demo.fetch(`/v2/images/${staged}/stage`, {
      method: "PUT",
      headers: { "Content-Type": "application/octet-stream" },
      body: Buffer.alloc(MIB),
    });
    expect(stage.status).toBe(413);
    expect(await stage.text()).toContain("image_stage_total is over limit of 0");
  });

  it("and usage are shown to Debian's glance client", async () => {
    const shown = await succeed("glance usage", {
      OS_AUTH_URL: authUrl,
      OS_USERNAME: "demo",
      OS_PASSWORD: "demo",
      OS_PROJECT_NAME: "demo",
      OS_USER_DOMAIN_NAME: "Default",
      OS_PROJECT_DOMAIN_NAME: "Default",
      OS_REGION_NAME: region,
    });
    expect(shown).toMatch(/image_count_total\s*\|\s*3\s*\|\s*3/);
    expect(shown).toMatch(/image_size_total\s*\|\s*2\s*\|\s*0/);
    expect(shown).toMatch(/image_count_uploading\s*\|\s*10\s*\|\s*0/);
  });
});
