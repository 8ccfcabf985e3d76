import { beforeAll, describe, expect, test } from "vitest";
import { scopedClaims, unscopedClaims } from "./claims.ts";
import { type Call, identityApi, seededStore, signer } from "./identity-api.ts";

const ours = "https://api.example/prod";
let api: ReturnType<typeof identityApi>;
let demo: string;
let unscoped: string;
let admin: string;
beforeAll(async () => {
  api = identityApi(await seededStore());
  demo = await signer.sign(scopedClaims({ sub: "u-demo" }));
  unscoped = await signer.sign({ ...unscopedClaims(), sub: "u-demo" });
  admin = await signer.sign(scopedClaims({ sub: "u-admin", roles: [{ id: "r", name: "Admin" }] }));
});
const withToken = (token: string, call: Call) =>
  api({ ...call, headers: { "X-Auth-Token": token, ...call.headers } });

test("GET /v3 needs no token", async () => {
  const answer = await api({});
  expect(answer.status).toBe(200);
  expect(answer.json.version).toMatchObject({
    id: "v3.14",
    status: "stable",
    links: [{ rel: "self", href: `${ours}/v3/` }],
  });
});

describe("GET and HEAD /v3/auth/tokens", () => {
  const show = (asker: string, subject: string | undefined, more: Partial<Call> = {}) =>
    withToken(asker, {
      path: "/v3/auth/tokens",
      headers: subject === undefined ? {} : { "X-Subject-Token": subject },
      ...more,
    });

  test("one's own token, as it was issued", async () => {
    const answer = await show(demo, demo);
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({ "X-Subject-Token": demo, Vary: "X-Auth-Token" });
    expect(answer.json.token).toMatchObject({
      user: { id: "u-demo" },
      project: { id: "p1" },
      methods: ["password"],
      audit_ids: ["audit"],
    });
    expect(answer.json.token.catalog).toHaveLength(2);
  });

  test("nocatalog, and an unscoped token", async () => {
    expect((await show(demo, demo, { query: "nocatalog" })).json.token.catalog).toBeUndefined();
    const shown = (await show(demo, unscoped)).json.token;
    expect(shown).not.toHaveProperty("project");
    expect(shown).not.toHaveProperty("catalog");
  });

  test("HEAD has the headers and no body", async () => {
    const answer = await show(demo, demo, { method: "HEAD" });
    expect([answer.status, answer.text, answer.headers["X-Subject-Token"]]).toEqual([200, "", demo]);
  });

  test("an admin sees everybody's token, others only their own", async () => {
    expect((await show(admin, demo)).status).toBe(200);
    const refused = await show(demo, admin);
    expect([refused.status, refused.headers["X-Subject-Token"]]).toEqual([403, undefined]);
  });

  test("a bad subject is 404", async () => {
    const expired = await signer.sign(scopedClaims({ sub: "u-demo", exp: 1000 }));
    for (const subject of ["garbage", expired]) {
      const answer = await show(demo, subject);
      expect([answer.status, answer.json.error.message]).toEqual([404, "Could not find token."]);
    }
  });

  test("without a subject it is nobody's own", async () => {
    expect((await show(demo, undefined)).status).toBe(403);
    expect((await show(admin, undefined)).status).toBe(404);
    expect((await show(demo, "")).status).toBe(404);
  });
});

describe("catalog and projects", () => {
  test("the catalog of a scoped token", async () => {
    const answer = await withToken(demo, { path: "/v3/auth/catalog" });
    expect(answer.json.links).toEqual({ self: `${ours}/v3/auth/catalog` });
    expect(answer.json.catalog.map(({ type }: { type: string }) => type)).toEqual(["image", "identity"]);
  });

  test("an unscoped token has no catalog", async () => {
    expect((await withToken(unscoped, { path: "/v3/auth/catalog" })).status).toBe(403);
  });

  test("the caller's enabled projects, with an unscoped token too", async () => {
    const answer = await withToken(unscoped, { path: "/v3/auth/projects" });
    expect(answer.json.links).toEqual({ self: `${ours}/v3/auth/projects`, previous: null, next: null });
    expect(answer.json.projects.map(({ id }: { id: string }) => id)).toEqual(["p-alt", "p-demo"]);
    expect(answer.json.projects[0]).toMatchObject({ name: "alt", domain_id: "default", enabled: true });
  });
});

test.each(["/v3/auth/tokens", "/v3/auth/catalog", "/v3/auth/projects"])(
  "%s without a valid token: 401 in Keystone's words",
  async (path) => {
    const expired = await signer.sign(scopedClaims({ exp: 1000 }));
    for (const headers of [{}, { "X-Auth-Token": "garbage" }, { "X-Auth-Token": expired }]) {
      const answer = await api({ path, headers: { "X-Subject-Token": demo, ...headers } });
      expect(answer.json).toEqual({
        error: {
          code: 401,
          message: "The request you have made requires authentication.",
          title: "Unauthorized",
        },
      });
    }
  },
);
