import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Unauthorized, Unavailable } from "../../../../shared/errors.ts";
import type { TokenVerifier } from "../../../../shared/http/token-verifier.ts";
import { keystoneTokenVerifier } from "../../../../shared/identity/adapters/keystone/keystone-token-verifier.ts";
import { askKeystone } from "../../../../shared/keystone/ask-keystone.ts";
import { serviceToken } from "../../../../shared/keystone/service-token.ts";
import { FakeKeystone, tokenBody } from "./fake-keystone.ts";

let keystone: FakeKeystone;
let now: number;
let password: string;
let verifier: TokenVerifier;

function verifierOf(timeoutSeconds = 5, cacheSeconds = 300): TokenVerifier {
  const clock = () => new Date(now);
  const ask = askKeystone({ authUrl: keystone.url, timeoutSeconds, clock });
  const credentials = async () => ({
    username: "glance",
    password,
    projectName: "service",
    userDomainName: "Default",
    projectDomainName: "Default",
  });
  const service = serviceToken({ ask, credentials, clock });
  return keystoneTokenVerifier({ ask, service, clock, cacheSeconds });
}
const pass = (seconds: number) => {
  now += seconds * 1000;
};

beforeEach(async () => {
  keystone = new FakeKeystone();
  await keystone.start();
  keystone.tokens.set("good", { body: tokenBody() });
  now = Date.now();
  password = "secret";
  verifier = verifierOf();
});
afterEach(() => keystone.stop());

describe("a token", () => {
  test("becomes its caller, roles in lower case", async () => {
    expect(await verifier.verify("good")).toEqual({
      userId: "u1",
      userName: "demo",
      userDomainId: "default",
      projectId: "p1",
      projectName: "demo-project",
      projectDomainId: "default",
      roles: ["member", "reader"],
      tokenExpiresAt: Math.floor(now / 1000) + 3600,
      scope: "project",
    });
    expect(keystone.asked).toEqual([{ token: "good", query: "?nocatalog" }]);
  });

  test.each([
    ["system", { project: undefined, system: { all: true } }],
    ["domain", { project: undefined, domain: { id: "d1", name: "D" } }],
    ["unscoped", { project: undefined, roles: undefined }],
  ])("of scope %s keeps it, without a project", async (scope, changes) => {
    keystone.tokens.set("other", { body: tokenBody(changes) });
    expect(await verifier.verify("other")).toMatchObject({ scope, projectId: "", projectName: "" });
  });

  test.each(["unknown", "", "two words", "line\nbreak", "ü", "x".repeat(2501)])(
    "%j is refused with 401",
    async (token) => {
      await expect(verifier.verify(token)).rejects.toBeInstanceOf(Unauthorized);
    },
  );

  test("that no header can carry is not asked about", async () => {
    await expect(verifier.verify("a\r\nX-Auth-Token: b")).rejects.toBeInstanceOf(Unauthorized);
    await expect(verifier.verify("x".repeat(2501))).rejects.toBeInstanceOf(Unauthorized);
    expect(keystone.asked).toEqual([]);
    expect(keystone.logins).toBe(0);
  });

  test("that is already over by our clock is refused", async () => {
    keystone.tokens.set("over", { body: tokenBody({ expires_at: new Date(now - 1000).toISOString() }) });
    await expect(verifier.verify("over")).rejects.toBeInstanceOf(Unauthorized);
  });
});

describe("an answer is remembered", () => {
  test("for token_cache_time; then a revoked token is out", async () => {
    await verifier.verify("good");
    keystone.tokens.clear();
    pass(299);
    await verifier.verify("good");
    expect(keystone.asked).toHaveLength(1);
    pass(1);
    await expect(verifier.verify("good")).rejects.toBeInstanceOf(Unauthorized);
  });

  test("not beyond the token's own end", async () => {
    keystone.tokens.set("short", { body: tokenBody({ expires_at: new Date(now + 60_000).toISOString() }) });
    await verifier.verify("short");
    pass(61);
    await expect(verifier.verify("short")).rejects.toBeInstanceOf(Unauthorized);
    expect(keystone.asked).toHaveLength(2);
  });

  test("a no for ten seconds only", async () => {
    for (let i = 0; i < 3; i++) await expect(verifier.verify("new")).rejects.toBeInstanceOf(Unauthorized);
    expect(keystone.asked).toHaveLength(1);
    keystone.tokens.set("new", { body: tokenBody() });
    pass(11);
    expect((await verifier.verify("new")).userId).toBe("u1");
  });

  test("not at all with a cache time of 0", async () => {
    verifier = verifierOf(5, 0);
    await verifier.verify("good");
    await verifier.verify("good");
    expect(keystone.asked).toHaveLength(2);
  });

  test("a flood of one token is one question and one login", async () => {
    const callers = await Promise.all(Array.from({ length: 200 }, () => verifier.verify("good")));
    expect(new Set(callers.map(({ userId }) => userId))).toEqual(new Set(["u1"]));
    expect(keystone.asked).toHaveLength(1);
    expect(keystone.logins).toBe(1);
  });

  test("a flood of invented tokens does not push a good one out", async () => {
    await verifier.verify("good");
    for (let i = 0; i < 1100; i++) await verifier.verify(`invented-${i}`).catch(() => undefined);
    keystone.asked.length = 0;
    await verifier.verify("good");
    expect(keystone.asked).toEqual([]);
  });
});

describe("the service's own token", () => {
  test("is renewed before it ends", async () => {
    keystone.serviceSeconds = 100;
    await verifier.verify("good");
    pass(89);
    await verifier.verify("other").catch(() => undefined);
    expect(keystone.logins).toBe(1);
    pass(2);
    await verifier.verify("third").catch(() => undefined);
    expect(keystone.logins).toBe(2);
  });

  test("is replaced when Keystone no longer takes it, and nobody notices", async () => {
    await verifier.verify("good");
    keystone.forgetServiceTokens();
    keystone.tokens.set("second", { body: tokenBody() });
    expect((await verifier.verify("second")).userId).toBe("u1");
    expect(keystone.logins).toBe(2);
  });

  test("a refused login is 503, not tried again for ten seconds, then with what the secret says now", async () => {
    password = "old";
    for (let i = 0; i < 5; i++) await expect(verifier.verify("good")).rejects.toBeInstanceOf(Unavailable);
    expect(keystone.logins).toBe(1);
    password = "secret";
    pass(11);
    expect((await verifier.verify("good")).userId).toBe("u1");
    expect(keystone.logins).toBe(2);
  });

  test("without the right to ask is 503, never the user's 401", async () => {
    keystone.mood = "forbidding";
    await expect(verifier.verify("good")).rejects.toBeInstanceOf(Unavailable);
  });
});

describe("a Keystone on a bad day lets nobody in, and is asked again without a restart", () => {
  test.each(["garbage", "failing", "reset", "moved"] as const)("%s", async (mood) => {
    await verifier.verify("good");
    keystone.tokens.set("second", { body: tokenBody() });
    keystone.mood = mood;
    await expect(verifier.verify("second")).rejects.toBeInstanceOf(Unavailable);
    expect((await verifier.verify("good")).userId).toBe("u1");
    keystone.mood = "well";
    pass(11);
    expect((await verifier.verify("second")).userId).toBe("u1");
  });

  test("silent: bounded, and then nobody else waits", async () => {
    verifier = verifierOf(1);
    keystone.mood = "silent";
    const began = performance.now();
    await expect(verifier.verify("good")).rejects.toBeInstanceOf(Unavailable);
    const first = performance.now() - began;
    expect(first).toBeGreaterThan(900);
    expect(first).toBeLessThan(2000);
    await expect(verifier.verify("other")).rejects.toBeInstanceOf(Unavailable);
    expect(performance.now() - began - first).toBeLessThan(100);
    keystone.mood = "well";
    pass(3);
    expect((await verifier.verify("good")).userId).toBe("u1");
  });

  test("killed and started again on the same port", async () => {
    await verifier.verify("good");
    keystone.tokens.set("second", { body: tokenBody() });
    await keystone.stop();
    await expect(verifier.verify("second")).rejects.toBeInstanceOf(Unavailable);
    await keystone.start();
    pass(3);
    expect((await verifier.verify("second")).userId).toBe("u1");
  });

  test.each([
    ["no user", { user: undefined }],
    ["no end", { expires_at: "soon" }],
    ["half a project", { project: { id: "p1" } }],
    ["roles without names", { roles: [{ id: "r" }] }],
    ["roles that are none", { roles: "admin" }],
  ])("an answer with %s", async (_, changes) => {
    keystone.tokens.set("odd", { body: tokenBody(changes) });
    await expect(verifier.verify("odd")).rejects.toBeInstanceOf(Unavailable);
  });

  test("a token that it cannot take is nobody else's trouble", async () => {
    await expect(verifier.verify(keystone.stumbling)).rejects.toBeInstanceOf(Unavailable);
    expect((await verifier.verify("good")).userId).toBe("u1");
  });

  test("an endless answer", async () => {
    keystone.tokens.set("long", { body: tokenBody({ padding: "x".repeat(600_000) }) });
    await expect(verifier.verify("long")).rejects.toBeInstanceOf(Unavailable);
  });
});

describe("X-Service-Token", () => {
  beforeEach(() => {
    keystone.tokens.set("nova", { body: tokenBody({ roles: [{ id: "r", name: "Service" }] }) });
    keystone.tokens.set("late", { body: tokenBody(), expired: true });
  });

  test("gives the service's roles", async () => {
    expect((await verifier.verify("good", "nova")).serviceRoles).toEqual(["service"]);
    expect(await verifier.verify("good")).not.toHaveProperty("serviceRoles");
  });

  test("that is not valid is ignored", async () => {
    expect(await verifier.verify("good", "unknown")).not.toHaveProperty("serviceRoles");
  });

  test("with the role service lets an expired login finish its work, and only then", async () => {
    await expect(verifier.verify("late")).rejects.toBeInstanceOf(Unauthorized);
    await expect(verifier.verify("late", "good")).rejects.toBeInstanceOf(Unauthorized);
    expect(await verifier.verify("late", "nova")).toMatchObject({ userId: "u1", serviceRoles: ["service"] });
    await expect(verifier.verify("late")).rejects.toBeInstanceOf(Unauthorized);
    expect(keystone.asked.at(-1)?.query).toBe("?nocatalog&allow_expired=1");
  });

  test("does not make a bad login good", async () => {
    await expect(verifier.verify("unknown", "nova")).rejects.toBeInstanceOf(Unauthorized);
  });
});
