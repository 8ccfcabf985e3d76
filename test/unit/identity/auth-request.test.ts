import { beforeAll, describe, expect, test } from "vitest";
import { byPassword, byToken, demo, project } from "./auth-bodies.ts";
import { identityApi, seededStore } from "./identity-api.ts";

let api: ReturnType<typeof identityApi>;
beforeAll(async () => {
  api = identityApi(await seededStore());
});
const post = (body: unknown) => api({ method: "POST", path: "/v3/auth/tokens", body });

describe("requests that cannot be understood", () => {
  const identity = (value: unknown) => ({ auth: { identity: value } });
  const methods = (...names: unknown[]) =>
    identity({ methods: names, password: { user: demo }, token: { id: "x" } });
  test.each([
    ["no auth", {}, "auth in request body"],
    ["an array", [], "auth in request body"],
    ["null", null, "auth in request body"],
    ["auth as text", { auth: "x" }, "auth in request body"],
    ["no identity", { auth: {} }, "identity in auth"],
    ["no methods", identity({}), "methods in identity"],
    ["empty methods", methods(), "methods in identity"],
    ["methods as text", identity({ methods: "password" }), "methods in identity"],
    ["no password member", identity({ methods: ["password"] }), "password in identity"],
    ["no user", identity({ methods: ["password"], password: {} }), "user in password"],
    ["no password", byPassword({ name: "demo" }), "password in user"],
    ["a password that is a number", byPassword({ name: "demo", password: 5 }), "password in user"],
    ["no name", byPassword({ password: "x" }), "id or name in user"],
    ["an empty name", byPassword({ name: "", password: "x" }), "name in user"],
    ["an empty domain", byPassword({ ...demo, domain: {} }), "name in domain"],
    ["a domain that is text", byPassword({ ...demo, domain: "Default" }), "domain in user"],
    ["no token member", identity({ methods: ["token"] }), "token in identity"],
    ["no token id", identity({ methods: ["token"], token: {} }), "id in token"],
    ["an empty scope", byPassword(demo, {}), "project in scope"],
    ["an unknown scope", byPassword(demo, { planet: {} }), "project in scope"],
    ["a project without a name", byPassword(demo, { project: {} }), "id or name in project"],
  ])("%s: 400 names what is missing", async (_name, body, what) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(answer.json.error).toMatchObject({ code: 400, title: "Bad Request" });
    expect(answer.json.error.message).toContain(`Expecting to find ${what}. `);
  });

  test.each([
    ["no JSON", "{", /Malformed json/],
    ["nothing", "", /Malformed json/],
    ["several methods", methods("password", "token"), /one authentication method/],
    ["two scopes", byPassword(demo, { ...project("demo"), system: { all: true } }), /one scope/],
    ["a name of 256 bytes", byPassword({ ...demo, name: "n".repeat(256) }), /'name'/],
    ["a password over 4 KB", byPassword({ ...demo, password: "p".repeat(4097) }), /'password'/],
    ["half a surrogate pair", byPassword({ ...demo, name: "\ud800" }), /'name'/],
    ["a token over 8 kB", byToken("t".repeat(8193)), /'id'/],
    ["30,000 arrays in each other", "[".repeat(30_000) + "]".repeat(30_000), /auth/],
  ])("%s: 400", async (_name, body, text) => {
    const answer = await post(body);
    expect([answer.status, answer.json.error.message]).toEqual([400, expect.stringMatching(text)]);
  });

  test("a body over 64 KB: 413", async () => {
    expect((await post(" ".repeat(65_537))).status).toBe(413);
  });

  test.each(["external", "totp", "constructor", 5, null])("method %s: 401 that says so", async (name) => {
    const answer = await post(methods(name));
    expect(answer.status).toBe(401);
    expect(answer.json.error.message).toBe("Attempted to authenticate with an unsupported method.");
  });

  test.each([{ system: { all: true } }, { domain: { id: "default" } }, { "OS-TRUST:trust": { id: "x" } }])(
    "scope %o: 403 that says so",
    async (scope) => {
      const answer = await post(byPassword(demo, scope));
      expect([answer.status, answer.json.error.message]).toEqual([
        403,
        expect.stringMatching(/scoped to a project/),
      ]);
    },
  );

  test("nothing that a client sent comes back in a refusal", async () => {
    const answer = await post(byPassword({ name: "who-am-i", password: "my-secret" }, project("my-project")));
    expect(answer.text).not.toMatch(/who-am-i|my-secret|my-project/);
  });
});
