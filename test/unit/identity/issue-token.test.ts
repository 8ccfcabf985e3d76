import { beforeAll, describe, expect, test } from "vitest";
import { callerOfClaims, claimsOf } from "../../../shared/identity/domain/token-claims.ts";
import type { MemoryIdentity } from "../../fakes/identity/identity-store.ts";
import { byPassword, byToken, demo, project } from "./auth-bodies.ts";
import { scopedClaims } from "./claims.ts";
import { identityApi, seededStore, signer } from "./identity-api.ts";

const GENERIC = "The request you have made requires authentication.";
let store: MemoryIdentity;
let api: ReturnType<typeof identityApi>;
beforeAll(async () => {
  store = await seededStore();
  api = identityApi(store);
});
const post = (body: unknown, query?: string) =>
  api({ method: "POST", path: "/v3/auth/tokens", body, ...(query !== undefined && { query }) });
const tokenFor = async (body: unknown): Promise<string> =>
  String((await post(body)).headers["X-Subject-Token"]);
const payloadOf = (token: unknown) =>
  claimsOf(JSON.parse(Buffer.from(String(token).split(".")[1] ?? "", "base64url").toString()));

describe("password method", () => {
  test("the full answer, as clients need it", async () => {
    const answer = await post(byPassword(demo, project("demo")));
    expect(answer.status).toBe(201);
    expect(answer.headers).toMatchObject({ Vary: "X-Auth-Token", "Content-Type": "application/json" });
    const { token } = answer.json;
    const domain = { id: "default", name: "Default" };
    expect(token).toMatchObject({
      methods: ["password"],
      user: { id: "u-demo", name: "demo", domain },
      project: { id: "p-demo", name: "demo", domain },
      roles: [{ name: "Reader" }, { name: "member" }],
    });
    for (const time of [token.issued_at, token.expires_at]) {
      expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000000Z$/);
    }
    expect(Date.parse(token.expires_at) - Date.parse(token.issued_at)).toBe(3_600_000);
    expect(answer.text).not.toContain("scrypt");
  });

  test("the catalog has image and identity under the URL the client uses", async () => {
    const { token } = (await post(byPassword(demo, project("demo")))).json;
    const urls = token.catalog.map(({ type, name, endpoints }: Record<string, unknown>) => [
      type,
      name,
      (endpoints as Record<string, unknown>[]).map((one) => [
        one.interface,
        one.url,
        one.region,
        one.region_id,
      ]),
    ]);
    const three = (url: string) =>
      ["public", "internal", "admin"].map((kind) => [kind, url, "RegionOne", "RegionOne"]);
    expect(urls).toEqual([
      ["image", "glance", three("https://api.example/prod")],
      ["identity", "keystone", three("https://api.example/prod/v3")],
    ]);
  });

  test("nocatalog leaves the catalog out", async () => {
    const { token } = (await post(byPassword(demo, project("demo")), "nocatalog")).json;
    expect(token.catalog).toBeUndefined();
    expect(token.project.id).toBe("p-demo");
  });

  test("the token says the same to the image API", async () => {
    const claims = payloadOf(await tokenFor(byPassword(demo, project("demo"))));
    expect(claims && callerOfClaims(claims)).toMatchObject({
      userId: "u-demo",
      projectId: "p-demo",
      roles: ["reader", "member"],
    });
  });

  test.each([
    ["no domain", { name: "demo", password: "demo" }, { project: { name: "demo" } }],
    [
      "domain by id",
      { ...demo, domain: { id: "default" } },
      { project: { name: "demo", domain: { id: "default" } } },
    ],
    [
      "domain name in lower case",
      { ...demo, domain: { name: "default" } },
      { project: { name: "demo", domain: { name: "default" } } },
    ],
    ["null domain", { ...demo, domain: null }, { project: { name: "demo", domain: null } }],
    ["ids", { id: "u-demo", password: "demo" }, { project: { id: "p-demo" } }],
  ])("user and project are found with %s", async (_name, user, scope) => {
    const answer = await post(byPassword(user, scope));
    expect([answer.status, answer.json.token.project.id]).toEqual([201, "p-demo"]);
  });

  test("a method named twice is one method", async () => {
    const body = { auth: { identity: { methods: ["password", "password"], password: { user: demo } } } };
    expect((await post(body)).status).toBe(201);
  });

  test.each([
    ["the default project", "demo", "p-demo"],
    ["the only enabled one", "alt", "p-alt"],
  ])("no scope: %s", async (_name, name, id) => {
    expect((await post(byPassword({ name, password: name }))).json.token.project.id).toBe(id);
  });

  test.each([
    ["several projects and no default", { name: "two", password: "two" }, undefined],
    ["no project at all", { name: "idle", password: "idle" }, undefined],
    ["the word unscoped", demo, "unscoped"],
    ["the object unscoped", demo, { unscoped: {} }],
  ])("unscoped: %s", async (_name, user, scope) => {
    const answer = await post(byPassword(user, scope));
    expect(answer.status).toBe(201);
    for (const name of ["project", "roles", "catalog"]) expect(answer.json.token).not.toHaveProperty(name);
    expect(payloadOf(answer.headers["X-Subject-Token"])?.aud).toBe("identity");
  });

  test.each([
    ["unknown user", { name: "nobody", password: "x" }, undefined],
    ["unknown user id", { id: "nobody", password: "x" }, undefined],
    ["user of another domain", { ...demo, domain: { name: "Other" } }, undefined],
    ["wrong password", { ...demo, password: "wrong" }, undefined],
    ["wrong password and scope", { ...demo, password: "wrong" }, project("demo")],
    ["disabled user", { name: "gone", password: "gone" }, undefined],
    ["unknown project", demo, project("nowhere")],
    ["unknown project id", demo, { project: { id: "nowhere" } }],
    ["project of another domain", demo, { project: { name: "demo", domain: { id: "other" } } }],
    ["project without a role", demo, project("empty")],
    ["disabled project", demo, project("closed")],
  ])("%s: one and the same 401", async (_name, user, scope) => {
    const answer = await post(byPassword(user, scope));
    expect(answer.status).toBe(401);
    expect(answer.json).toEqual({ error: { code: 401, message: GENERIC, title: "Unauthorized" } });
    expect(answer.headers).toMatchObject({
      "WWW-Authenticate": 'Keystone uri="https://api.example/prod/v3"',
    });
    expect(answer.headers).not.toHaveProperty("X-Subject-Token");
  });
});

describe("token method", () => {
  test("an unscoped token is exchanged for a scoped one", async () => {
    const answer = await post(byToken(await tokenFor(byPassword(demo, "unscoped")), project("alt")));
    expect(answer.status).toBe(201);
    expect(answer.json.token.project.id).toBe("p-alt");
    expect(answer.json.token.methods).toEqual(["token", "password"]);
  });

  test("without a scope the default project is taken", async () => {
    const scoped = await tokenFor(byPassword(demo, project("alt")));
    expect((await post(byToken(scoped))).json.token.project.id).toBe("p-demo");
  });

  test("the new token ends with the old one, however often it is renewed", async () => {
    const first = await tokenFor(byPassword(demo, project("demo")));
    const later = identityApi(store, { clock: () => new Date(Date.now() + 600_000) });
    let token = first;
    for (let round = 0; round < 3; round += 1) {
      const answer = await later({ method: "POST", path: "/v3/auth/tokens", body: byToken(token) });
      token = String(answer.headers["X-Subject-Token"]);
    }
    expect(token).not.toBe(first);
    expect(payloadOf(token)?.exp).toBe(payloadOf(first)?.exp);
  });

  test.each([
    ["garbage", async () => "garbage"],
    ["an expired token", () => signer.sign(scopedClaims({ sub: "u-demo", exp: 1000 }))],
    ["a token of a user that is gone", () => signer.sign(scopedClaims({ sub: "nobody" }))],
    ["a token of a disabled user", () => signer.sign(scopedClaims({ sub: "u-gone" }))],
  ])("%s: 401", async (_name, make) => {
    const answer = await post(byToken(await make()));
    expect([answer.status, answer.json.error.message]).toEqual([401, GENERIC]);
  });
});
