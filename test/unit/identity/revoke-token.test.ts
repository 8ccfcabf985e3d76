import { beforeEach, expect, test } from "vitest";
import type { MemoryIdentity } from "../../fakes/identity/identity-store.ts";
import { byPassword, byToken, project } from "./auth-bodies.ts";
import { type Call, identityApi, seededStore } from "./identity-api.ts";

const path = "/v3/auth/tokens";
let store: MemoryIdentity;
let api: ReturnType<typeof identityApi>;
beforeEach(async () => {
  store = await seededStore();
  api = identityApi(store);
});
const issue = async (body: unknown) =>
  String((await api({ method: "POST", path, body })).headers["X-Subject-Token"]);
const tokenOf = (name: string, scope?: unknown) => issue(byPassword({ name, password: name }, scope));
const call = (method: string, asker: string, subject?: string, more: Partial<Call> = {}) =>
  api({
    method,
    path,
    headers: { "X-Auth-Token": asker, ...(subject !== undefined && { "X-Subject-Token": subject }) },
    ...more,
  });
const revoke = async (asker: string, subject?: string) => {
  const { status, json } = await call("DELETE", asker, subject);
  return [status, json?.error?.message];
};

test("one's own token ends at once, and no other", async () => {
  const [one, two] = [await tokenOf("demo"), await tokenOf("demo")];
  const answer = await call("DELETE", two, one);
  expect([answer.status, answer.text]).toEqual([204, ""]);
  expect((await call("GET", two, one)).status).toBe(404);
  expect((await call("GET", one, two)).status).toBe(401);
  expect((await call("GET", two, two)).status).toBe(200);
  const exchange = await api({ method: "POST", path, body: byToken(one, project("demo")) });
  expect(exchange.status).toBe(401);
});

test("a token revokes itself, an unscoped one too", async () => {
  for (const scope of [undefined, "unscoped"]) {
    const token = await tokenOf("demo", scope);
    expect(await revoke(token, token)).toEqual([204, undefined]);
    expect(await revoke(token, token)).toEqual([401, "The request you have made requires authentication."]);
  }
});

test("what was got with it stays good", async () => {
  const base = await tokenOf("demo");
  const child = await issue(byToken(base, project("demo")));
  await revoke(base, base);
  expect((await call("GET", child, child)).status).toBe(200);
});

test("an admin ends anybody's, others only their own", async () => {
  const [demo, alt, admin] = [await tokenOf("demo"), await tokenOf("alt"), await tokenOf("admin")];
  const refusal = "You are not authorized to perform the requested action: identity:revoke_token.";
  expect(await revoke(alt, demo)).toEqual([403, refusal]);
  expect((await call("GET", demo, demo)).status).toBe(200);
  expect(await revoke(admin, demo)).toEqual([204, undefined]);
  expect((await call("GET", demo, demo)).status).toBe(401);
  expect(await revoke(admin, demo)).toEqual([404, "Could not find token."]);
});

test("a subject that is none", async () => {
  const [demo, admin] = [await tokenOf("demo"), await tokenOf("admin")];
  expect((await revoke(demo))[0]).toBe(403);
  expect((await revoke(admin))[0]).toBe(404);
  for (const subject of ["", "garbage"]) expect((await revoke(demo, subject))[0]).toBe(404);
  expect((await api({ method: "DELETE", path, headers: { "X-Subject-Token": demo } })).status).toBe(401);
});
