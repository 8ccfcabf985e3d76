import { beforeEach, expect, test } from "vitest";
import type { MemoryIdentity } from "../../fakes/identity/identity-store.ts";
import { byPassword, byToken, project } from "./auth-bodies.ts";
import { type Call, identityApi, seededStore } from "./identity-api.ts";

const list = "/v3/users/u-demo/application_credentials";
let store: MemoryIdentity;
let api: ReturnType<typeof identityApi>;
let demo: string;
const authenticate = (body: unknown) => api({ method: "POST", path: "/v3/auth/tokens", body });
const tokenFor = async (body: unknown) => String((await authenticate(body)).headers["X-Subject-Token"]);
const as = (token: string, call: Call) => api({ ...call, headers: { "X-Auth-Token": token } });
const create = (fields: object, token = demo) =>
  as(token, { method: "POST", path: list, body: { application_credential: { name: "ci", ...fields } } });
const byCredential = (credential: object, scope?: unknown) => ({
  auth: {
    identity: { methods: ["application_credential"], application_credential: credential },
    ...(scope !== undefined && { scope }),
  },
});

beforeEach(async () => {
  store = await seededStore();
  api = identityApi(store);
  demo = await tokenFor(byPassword({ name: "demo", password: "demo" }, project("demo")));
});

test("the secret is shown once and kept as a hash", async () => {
  const made = await create({ description: "builds" });
  expect(made.status).toBe(201);
  const { id, secret, ...rest } = made.json.application_credential;
  expect(secret).toMatch(/^[\w-]{43}$/);
  expect(rest).toMatchObject({ name: "ci", project_id: "p-demo", unrestricted: false, expires_at: null });
  expect((await store.findCredential(id))?.secretHash).toMatch(/^scrypt\$/);
  for (const path of [list, `${list}/${id}`]) {
    const shown = await as(demo, { path });
    expect([shown.status, shown.text.includes(secret), shown.text.includes("scrypt")]).toEqual([
      200,
      false,
      false,
    ]);
  }
});

test("it logs in by id, and by name and user, for its project and roles", async () => {
  const { id, secret } = (await create({ roles: [{ name: "reader" }] })).json.application_credential;
  const byName = { name: "ci", user: { name: "demo" }, secret };
  for (const credential of [{ id, secret }, byName]) {
    const answer = await authenticate(byCredential(credential));
    expect(answer.status).toBe(201);
    expect(answer.json.token).toMatchObject({
      methods: ["application_credential"],
      project: { id: "p-demo" },
      roles: [{ name: "Reader" }],
      application_credential: { id, name: "ci", restricted: true },
    });
  }
});

test.each([
  ["a wrong secret", ({ id }: Record<string, string>) => byCredential({ id, secret: "wrong" })],
  ["an unknown id", ({ secret }: Record<string, string>) => byCredential({ id: "nothing", secret })],
  [
    "another's name",
    ({ secret }: Record<string, string>) => byCredential({ name: "ci", user: { name: "alt" }, secret }),
  ],
  ["a scope", ({ id, secret }: Record<string, string>) => byCredential({ id, secret }, project("alt"))],
])("%s: 401", async (_name, body) => {
  const made = (await create({})).json.application_credential;
  expect((await authenticate(body(made))).status).toBe(401);
});

test("a secret of one's own, and an end that its tokens do not outlive", async () => {
  const end = new Date(Math.floor(Date.now() / 1000) * 1000 + 60_000).toISOString().slice(0, 19);
  const { id } = (await create({ secret: "mine", expires_at: end })).json.application_credential;
  const { token } = (await authenticate(byCredential({ id, secret: "mine" }))).json;
  expect(token.expires_at.slice(0, 19)).toBe(end);
  const later = identityApi(store, { clock: () => new Date(Date.now() + 61_000) });
  const body = byCredential({ id, secret: "mine" });
  expect((await later({ method: "POST", path: "/v3/auth/tokens", body })).status).toBe(401);
});

test.each([
  ["a role that the user has not", { roles: [{ name: "admin" }] }],
  ["an unknown role", { roles: [{ id: "x" }] }],
  ["access rules", { access_rules: [{ path: "/v2", method: "GET", service: "image" }] }],
  ["an end in the past", { expires_at: "2001-01-01T00:00:00.000000" }],
  ["an end that is no time", { expires_at: "tomorrow" }],
  ["an empty name", { name: "" }],
])("%s: 400", async (_name, fields) => {
  expect((await create(fields)).status).toBe(400);
});

test("the same name twice: 409", async () => {
  await create({});
  expect((await create({})).status).toBe(409);
});

test("a role that the user has lost is in no token of it", async () => {
  const { id, secret } = (await create({})).json.application_credential;
  for (const roleName of ["member", "Reader"]) {
    await store.removeRole({ userId: "u-demo", projectId: "p-demo", roleName });
  }
  expect((await authenticate(byCredential({ id, secret }))).status).toBe(401);
});

test("its token makes and deletes none, unless it is unrestricted, and becomes no other token", async () => {
  const { id, secret } = (await create({})).json.application_credential;
  const restricted = await tokenFor(byCredential({ id, secret }));
  expect((await create({ name: "more" }, restricted)).status).toBe(403);
  expect((await as(restricted, { method: "DELETE", path: `${list}/${id}` })).status).toBe(403);
  expect((await authenticate(byToken(restricted, project("alt")))).status).toBe(401);
  const free = (await create({ name: "free", unrestricted: true })).json.application_credential;
  const unrestricted = await tokenFor(byCredential(free));
  expect((await create({ name: "more" }, unrestricted)).status).toBe(201);
});

test("nobody else sees, makes or deletes them, not even an admin", async () => {
  const { id } = (await create({})).json.application_credential;
  const admin = await tokenFor(byPassword({ name: "admin", password: "admin" }, project("demo")));
  expect((await create({ name: "x" }, admin)).status).toBe(403);
  expect((await as(admin, { path: list })).status).toBe(403);
  expect((await as(admin, { method: "DELETE", path: `${list}/${id}` })).status).toBe(403);
  const others = `/v3/users/u-admin/application_credentials/${id}`;
  expect((await as(admin, { path: others })).status).toBe(404);
});

test("deleted, it and its tokens are out", async () => {
  const { id, secret } = (await create({})).json.application_credential;
  const token = await tokenFor(byCredential({ id, secret }));
  expect((await as(demo, { method: "DELETE", path: `${list}/${id}` })).status).toBe(204);
  expect((await as(token, { path: "/v3/auth/projects" })).status).toBe(401);
  expect((await authenticate(byCredential({ id, secret }))).status).toBe(401);
});
