import { beforeEach, expect, test } from "vitest";
import { Unauthorized } from "../../../shared/errors.ts";
import { identityProvider } from "../../../shared/settings/identity-provider.ts";
import { parseIdentityProviders } from "../../../shared/settings/parse-identity-providers.ts";
import type { MemoryIdentity } from "../../fakes/identity/identity-store.ts";
import { byToken, project } from "./auth-bodies.ts";
import { identityApi, seededStore } from "./identity-api.ts";

const path = "/v3/OS-FEDERATION/identity_providers/corp/protocols/openid/auth";
let store: MemoryIdentity;
let api: ReturnType<typeof identityApi>;
beforeEach(async () => {
  store = await seededStore();
  api = identityApi(store, {
    findVerifier: (provider, protocol) =>
      provider === "corp" && protocol === "openid"
        ? {
            verify: async (token) => {
              if (token !== "good" && token !== "other") throw new Unauthorized();
              const expiresAt = Math.floor(Date.now() / 1000) + 60;
              return { subject: `sub-${token}`, userName: "demo", expiresAt };
            },
          }
        : undefined,
  });
});
const federate = (token?: string, method = "POST", where = path) =>
  api({ method, path: where, headers: token === undefined ? {} : { Authorization: `Bearer ${token}` } });

test("an access token becomes an unscoped token of a user without roles", async () => {
  const answer = await federate("good");
  expect(answer.status).toBe(201);
  expect(answer.json.token).toMatchObject({ methods: ["openid"], user: { name: "demo@corp" } });
  expect(answer.json.token).not.toHaveProperty("project");
  const token = String(answer.headers["X-Subject-Token"]);
  const body = byToken(token, project("demo"));
  expect((await api({ method: "POST", path: "/v3/auth/tokens", body })).status).toBe(401);

  const { id } = answer.json.token.user;
  await store.assignRole({ userId: id, projectId: "p-demo", roleName: "member" });
  const scoped = await api({ method: "POST", path: "/v3/auth/tokens", body });
  expect(scoped.json.token.project.id).toBe("p-demo");
  expect(Date.parse(scoped.json.token.expires_at)).toBeLessThan(Date.now() + 61_000);
});

test("the same subject is the same user, another one with its name is another user", async () => {
  const first = (await federate("good", "GET")).json.token.user;
  expect((await federate("good")).json.token.user).toEqual(first);
  const other = (await federate("other")).json.token.user;
  expect(other.id).not.toBe(first.id);
  expect(other.name).toBe("sub-other@corp");
});

test("a user that is disabled here gets none", async () => {
  const { id } = (await federate("good")).json.token.user;
  await store.updateUser(id, { enabled: false }, { revoke: true });
  expect((await federate("good")).status).toBe(401);
});

test("a user that is deleted here while it logs in gets none", async () => {
  const { findUser } = store;
  let looks = 0;
  store.findUser = async (id) => (++looks > 1 ? undefined : findUser(id));
  expect((await federate("good")).status).toBe(401);
});

test("only a name that is taken is answered with another one: a table that fails is tried once", async () => {
  const names: string[] = [];
  store.createUser = async ({ name }) => {
    names.push(name);
    throw new Error("throttled");
  };
  expect((await federate("good")).status).toBe(500);
  expect(names).toEqual(["demo@corp"]);
});

test("a bad token and none: 401; a provider or protocol that is not configured: 404", async () => {
  expect((await federate("forged")).status).toBe(401);
  expect((await federate()).status).toBe(401);
  expect((await federate("good", "POST", path.replace("corp", "other"))).status).toBe(404);
  expect((await federate("good", "POST", path.replace("openid", "saml2"))).status).toBe(404);
});

test("the public keys of tokens are published", async () => {
  const answer = await api({ path: "/v3/.well-known/jwks.json" });
  expect(answer.status).toBe(200);
  expect(answer.json.keys).toEqual([expect.objectContaining({ kty: "EC", alg: "ES256", use: "sig" })]);
  expect(answer.text).not.toContain('"d"');
});

const provider = { id: "corp", issuer: "https://idp.example", audience: ["glance"] };
test("providers are read with their defaults", () => {
  expect(parseIdentityProviders(JSON.stringify([provider]))?.map(identityProvider)).toEqual([
    {
      ...provider,
      protocol: "openid",
      jwksUri: "https://idp.example/.well-known/jwks.json",
      userNameClaim: "preferred_username",
    },
  ]);
  expect(parseIdentityProviders("")).toEqual([]);
});

test.each([
  "{}",
  "no JSON",
  JSON.stringify([{ ...provider, issuer: "http://idp.example" }]),
  JSON.stringify([{ ...provider, audience: [] }]),
  JSON.stringify([{ ...provider, id: "a/b" }]),
  JSON.stringify([provider, provider]),
])("%s names no providers", (text) => {
  expect(parseIdentityProviders(text)).toBeUndefined();
});
