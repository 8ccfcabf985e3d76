import { beforeEach, expect, test } from "vitest";
import { clientAddress, networkOf } from "../../../shared/http/client-address.ts";
import { byPassword } from "./auth-bodies.ts";
import { identityApi, seededStore } from "./identity-api.ts";

let now: number;
let api: ReturnType<typeof identityApi>;
beforeEach(async () => {
  now = Date.now();
  api = identityApi(await seededStore(), { clock: () => new Date(now) });
});
const logIn = (password: string, { name = "demo", sourceIp = "192.0.2.1", headers = {} } = {}) =>
  api({ method: "POST", path: "/v3/auth/tokens", body: byPassword({ name, password }), sourceIp, headers });
const fail = async (times: number, who = {}) => {
  for (let time = 0; time < times; time += 1) expect((await logIn("wrong", who)).status).toBe(401);
};

test("after so many failures even the right password waits, and says for how long", async () => {
  await fail(3);
  const answer = await logIn("demo");
  expect(answer.status).toBe(429);
  expect(Number(answer.headers["Retry-After"])).toBeGreaterThan(50);
  now += 61_000;
  expect((await logIn("demo")).status).toBe(201);
});

test("nobody locks another address or another user out", async () => {
  await fail(3);
  expect((await logIn("demo", { sourceIp: "192.0.2.2" })).status).toBe(201);
  expect((await logIn("alt", { name: "alt" })).status).toBe(201);
});

test("a success begins anew", async () => {
  await fail(2);
  expect((await logIn("demo")).status).toBe(201);
  await fail(2);
  expect((await logIn("demo")).status).toBe(201);
});

test("unknown and disabled users are answered alike", async () => {
  for (const name of ["nobody", "gone"]) {
    await fail(3, { name });
    expect((await logIn("wrong", { name })).status).toBe(429);
  }
});

test("one count, by name, by id and for a change of the password", async () => {
  await fail(1);
  const byId = byPassword({ id: "u-demo", password: "wrong" });
  await api({ method: "POST", path: "/v3/auth/tokens", body: byId });
  const body = { user: { original_password: "wrong", password: "new" } };
  await api({ method: "POST", path: "/v3/users/u-demo/password", body });
  expect((await logIn("demo")).status).toBe(429);
});

test("a client that makes up X-Forwarded-For is still counted", async () => {
  for (const address of ["203.0.113.1", "203.0.113.2", "203.0.113.3"]) {
    await fail(1, { headers: { "X-Forwarded-For": address } });
  }
  expect((await logIn("demo", { headers: { "X-Forwarded-For": "203.0.113.4" } })).status).toBe(429);
});

test.each([
  ["the connection's own without proxies", [], "192.0.2.1", "203.0.113.9", "192.0.2.1"],
  ["what a trusted proxy says", ["10.0.0.0/8"], "10.0.0.1", "203.0.113.9", "203.0.113.9"],
  [
    "the last that no trusted proxy has",
    ["10.0.0.0/8"],
    "10.0.0.1",
    "1.2.3.4, 203.0.113.9, 10.1.1.1",
    "203.0.113.9",
  ],
  [
    "the gateway's entry for the proxy itself",
    ["10.0.0.0/8"],
    "10.0.0.1",
    "203.0.113.9, 10.0.0.1",
    "203.0.113.9",
  ],
  ["not what a client says", ["10.0.0.0/8"], "192.0.2.1", "10.0.0.1", "192.0.2.1"],
  ["the proxy for garbage", ["10.0.0.0/8"], "10.0.0.1", "unknown", "10.0.0.1"],
  ["the proxy without the header", ["10.0.0.0/8"], "10.0.0.1", "", "10.0.0.1"],
  ["mapped addresses", ["10.0.0.0/8"], "::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9"],
  ["IPv6", ["2001:db8::/32"], "2001:db8::1", "2001:db9::7", "2001:db9::7"],
])("the address is %s", (_name, proxies, sourceIp, forwarded, expected) => {
  const headers = new Map(forwarded === "" ? [] : [["x-forwarded-for", forwarded]]);
  expect(clientAddress(proxies)({ sourceIp, headers })).toBe(expected);
});

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:DB8:1:2::", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["", ""],
])("%s counts as %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});
