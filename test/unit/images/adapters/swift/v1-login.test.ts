import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { v1SwiftLogin } from "../../../../../shared/images/adapters/swift/v1-login.ts";
import { BlobStoreFailed } from "../../../../../shared/images/ports/blob-store.ts";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A login of version 1 at which one password is right, and whose tokens are numbered. */
async function opened({ account = "https://swift.example/v1/AUTH_a/", password = "right" } = {}) {
  let logins = 0;
  const made = createServer((request, response) => {
    logins++;
    const isRight = request.headers["x-auth-user"] === "a:b" && request.headers["x-auth-key"] === "right";
    response
      .writeHead(isRight ? 200 : 401, { "X-Auth-Token": `token-${logins}`, "X-Storage-Url": account })
      .end();
  });
  server = made;
  await new Promise<void>((resolve) => made.listen(0, "127.0.0.1", resolve));
  const now = { time: 0 };
  const login = v1SwiftLogin({
    authUrl: `http://127.0.0.1:${(made.address() as AddressInfo).port}/auth/v1.0`,
    credentials: async () => ({ username: "a:b", password }),
    timeoutMs: 5000,
    clock: () => new Date(now.time),
  });
  return { login, now, logins: () => logins };
}

test("one login is for all who ask, and is renewed when it is old or refused", async () => {
  const { login, now, logins } = await opened();
  expect(await Promise.all([login.token(), login.account(), login.token()])).toEqual([
    "token-1",
    "https://swift.example/v1/AUTH_a",
    "token-1",
  ]);
  login.discard("another");
  expect(await login.token()).toBe("token-1");
  login.discard("token-1");
  expect(await login.token()).toBe("token-2");
  now.time += 3_600_001;
  expect(await login.token()).toBe("token-3");
  expect(logins()).toBe(3);
});

test("a refused login is not repeated at once: it might lock the account", async () => {
  const { login, now, logins } = await opened({ password: "wrong" });
  await expect(login.token()).rejects.toThrow("it refuses the login of its secret");
  await expect(login.token()).rejects.toThrow(BlobStoreFailed);
  expect(logins()).toBe(1);
  now.time += 10_001;
  await expect(login.token()).rejects.toThrow();
  expect(logins()).toBe(2);
});

test("an account without TLS is not used, wherever its address comes from", async () => {
  const { login } = await opened({ account: "http://swift.example/v1/AUTH_a" });
  await expect(login.account()).rejects.toThrow("the address of its account is without TLS");
});
