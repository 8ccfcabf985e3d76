import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Forbidden, Unauthorized, Unavailable } from "../../../../shared/errors.ts";
import type { TokenVerifier } from "../../../../shared/http/token-verifier.ts";
import { oidcTokenVerifier } from "../../../../shared/identity/adapters/jwt/oidc-token-verifier.ts";
import { oidcIssuer } from "../../../../shared/settings/oidc-issuer.ts";
import { parseOidcIssuers } from "../../../../shared/settings/parse-oidc-issuers.ts";
import { FakeIssuer } from "./fake-issuer.ts";

let issuer: FakeIssuer;
let other: FakeIssuer;
let now: number;
let verifier: TokenVerifier;

const setting = (one: FakeIssuer, changes: Record<string, unknown> = {}) => ({
  issuer: one.url,
  audience: ["glance"],
  claims: { project_id: "project", roles: "groups" },
  ...changes,
});

function verifierFor(...settings: Record<string, unknown>[]): TokenVerifier {
  const issuers = parseOidcIssuers(JSON.stringify(settings))?.map(oidcIssuer);
  if (!issuers) throw new Error("the setting is wrong");
  return oidcTokenVerifier({ issuers, clock: () => new Date(now) });
}

beforeEach(async () => {
  issuer = new FakeIssuer();
  other = new FakeIssuer();
  await Promise.all([issuer.start(), other.start()]);
  now = Date.now();
  verifier = verifierFor(setting(issuer));
});
afterEach(() => Promise.all([issuer.stop(), other.stop()]));

describe("a good token", () => {
  test("becomes its caller; a member is a reader, too", async () => {
    const payload = issuer.payload();
    expect(await verifier.verify(issuer.token(payload))).toEqual({
      userId: "user-1",
      userName: "demo",
      userDomainId: "default",
      projectId: "p1",
      projectName: "p1",
      projectDomainId: "default",
      roles: ["member", "reader"],
      tokenExpiresAt: payload.exp,
      scope: "project",
    });
  });

  test("of Cognito: an access token has client_id in place of aud, groups a name with a colon", async () => {
    verifier = verifierFor(
      setting(issuer, {
        claims: { user_name: "username", roles: "cognito:groups" },
        project: { id: "p9", name: "everybody" },
        role_map: { "glance-admins": ["admin"] },
        roles: ["reader"],
      }),
    );
    const payload = {
      ...issuer.payload({ aud: undefined, client_id: "glance", username: "eve" }),
      "cognito:groups": ["glance-admins", "admin-of-something-else"],
    };
    expect(await verifier.verify(issuer.token(payload))).toMatchObject({
      userName: "eve",
      projectId: "p9",
      projectName: "everybody",
      roles: ["reader", "admin", "member"],
    });
    const ordinary = { ...payload, "cognito:groups": ["admin"] };
    expect((await verifier.verify(issuer.token(ordinary))).roles).toEqual(["reader"]);
  });

  test("of Keycloak: roles inside a claim", async () => {
    verifier = verifierFor(
      setting(issuer, { claims: { project_id: "project", roles: "realm_access.roles" } }),
    );
    const payload = issuer.payload({ realm_access: { roles: ["reader"] } });
    expect((await verifier.verify(issuer.token(payload, { typ: "at+jwt" }))).roles).toEqual(["reader"]);
  });

  test("of one of several issuers, each with its own key set and project", async () => {
    verifier = verifierFor(
      setting(issuer),
      setting(other, {
        claims: {},
        project: { id: "p2", name: "two" },
        roles: ["member"],
        jwks_uri: `${other.url}/keys`,
      }),
    );
    expect((await verifier.verify(issuer.token())).projectId).toBe("p1");
    expect(await verifier.verify(other.token())).toMatchObject({
      projectId: "p2",
      roles: ["member", "reader"],
    });
  });

  test("without a project is 403, without a user 401", async () => {
    for (const project of [undefined, "", 7, "a#b", "a\nb", "x".repeat(300)]) {
      const token = issuer.token(issuer.payload({ project }));
      await expect(verifier.verify(token), String(project)).rejects.toBeInstanceOf(Forbidden);
    }
    const token = issuer.token(issuer.payload({ sub: undefined }));
    await expect(verifier.verify(token)).rejects.toBeInstanceOf(Unauthorized);
  });
});

describe("keys", () => {
  test("are read once, and again when a token names one that is new", async () => {
    await verifier.verify(issuer.token());
    await verifier.verify(issuer.token());
    expect(issuer.reads).toBe(1);
    const old = issuer.token();
    issuer.rotate("k2");
    await verifier.verify(issuer.token());
    expect(issuer.reads).toBe(2);
    await expect(verifier.verify(old)).rejects.toBeInstanceOf(Unauthorized);
  });

  test("a flood of unknown names is one read", async () => {
    await verifier.verify(issuer.token());
    for (let i = 0; i < 50; i++) {
      const token = issuer.token(issuer.payload(), { kid: `k${i + 10}` });
      await expect(verifier.verify(token)).rejects.toBeInstanceOf(Unauthorized);
    }
    expect(issuer.reads).toBe(2);
  });

  test("one that its issuer has withdrawn is good for an hour at most", async () => {
    const old = issuer.token();
    await verifier.verify(old);
    issuer.rotate("k2");
    await verifier.verify(old);
    now += 3_600_000;
    await expect(verifier.verify(old)).rejects.toBeInstanceOf(Unauthorized);
  });

  test.each([
    ["an error", 500, "{}"],
    ["no JSON", 200, "<html>"],
    ["no key set", 200, '{"keys":[{}]}'],
    ["too long", 200, JSON.stringify({ keys: [], padding: "x".repeat(600_000) })],
  ])("that cannot be read (%s) are 503; later they can", async (_, status, body) => {
    const right = issuer.body;
    issuer.status = status;
    issuer.body = () => body;
    for (let i = 0; i < 3; i++)
      await expect(verifier.verify(issuer.token())).rejects.toBeInstanceOf(Unavailable);
    expect(issuer.reads).toBe(1);
    issuer.status = 200;
    issuer.body = right;
    now += 3000;
    expect((await verifier.verify(issuer.token())).userId).toBe("user-1");
  });
});

describe("a forged token is refused with 401", () => {
  const now = () => Math.floor(Date.now() / 1000);
  const changed = (token: string, part: number, to: (text: string) => string) =>
    token
      .split(".")
      .map((text, index) => (index === part ? to(text) : text))
      .join(".");
  const json = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

  const attacks: Record<string, () => string> = {
    "another key under the same name": () => other.token(issuer.payload()),
    "changed payload": () => changed(issuer.token(), 1, () => json(issuer.payload({ groups: ["admin"] }))),
    "changed signature": () => changed(issuer.token(), 2, (text) => text.split("").reverse().join("")),
    "no signature": () => changed(issuer.token(), 2, () => ""),
    expired: () => issuer.token(issuer.payload({ exp: now() - 1 })),
    "without an end": () => issuer.token(issuer.payload({ exp: undefined })),
    "an end that is no number": () => issuer.token(issuer.payload({ exp: "9999999999" })),
    "not yet good": () => issuer.token(issuer.payload({ nbf: now() + 60 })),
    "for another audience": () => issuer.token(issuer.payload({ aud: "other" })),
    "for another audience, our name as client_id": () =>
      issuer.token(issuer.payload({ aud: "other", client_id: "glance" })),
    "for nobody": () => issuer.token(issuer.payload({ aud: undefined })),
    "an empty audience": () => issuer.token(issuer.payload({ aud: [], client_id: "glance" })),
    "of an issuer that nobody named": () => other.token(),
    "without an issuer": () => issuer.token(issuer.payload({ iss: undefined })),
    "issuer with a slash more": () => issuer.token(issuer.payload({ iss: `${issuer.url}/` })),
    "alg none": () => `${json({ alg: "none", typ: "JWT", kid: "k1" })}.${json(issuer.payload())}.`,
    "alg none with a signature": () => changed(issuer.token(), 0, () => json({ alg: "none", kid: "k1" })),
    "HS256 with the public key as its secret": () => issuer.tokenByPublicKey(),
    "HMAC under the name of RS256": () => issuer.tokenByPublicKey("RS256"),
    "another algorithm than the key's": () => issuer.token(issuer.payload(), { alg: "RS512" }),
    "no key name": () => issuer.token(issuer.payload(), { kid: undefined }),
    "key name that climbs": () => issuer.token(issuer.payload(), { kid: "../../../../dev/null" }),
    "key name that is a URL": () => issuer.token(issuer.payload(), { kid: other.url }),
    "key name of the prototype": () => issuer.token(issuer.payload(), { kid: "__proto__" }),
    "key name that is no text": () => issuer.token(issuer.payload(), { kid: { a: 1 } }),
    "its own key in the header": () => other.token(issuer.payload(), { jwk: other.jwks()[0] }),
    "its own key set in the header": () => other.token(issuer.payload(), { jku: `${other.url}/jwks.json` }),
    "critical header that nobody keeps": () => issuer.token(issuer.payload(), { crit: ["b64"], b64: false }),
    "another type": () => issuer.token(issuer.payload(), { typ: "logout+jwt" }),
    "a payload that is no object": () => issuer.token([1]),
    "a header that is no JSON": () => changed(issuer.token(), 0, () => "e30e30"),
    "two parts": () => "a.b",
    "five parts": () => "a.b.c.d.e",
    "too long": () => issuer.token(issuer.payload({ padding: "x".repeat(9000) })),
    "a header that is too long": () => issuer.token(issuer.payload(), { padding: "x".repeat(9000) }),
    "Keystone's own kind, without a key name": () =>
      issuer.token({ sub: "u1", openstack_project_id: "p1", exp: now() + 60 }, { kid: undefined }),
  };

  test.each(Object.keys(attacks))("%s", async (name) => {
    await verifier.verify(issuer.token());
    await expect(verifier.verify(attacks[name]?.() ?? "")).rejects.toBeInstanceOf(Unauthorized);
    expect(other.reads).toBe(0);
  });
});

describe("the setting oidc_issuers", () => {
  const good = { issuer: "https://a.example", audience: ["x"], project: { id: "p", name: "n" } };

  test("has defaults", () => {
    expect(parseOidcIssuers(JSON.stringify([good]))?.map(oidcIssuer)).toEqual([
      {
        issuer: "https://a.example",
        audience: ["x"],
        jwksUri: "https://a.example/.well-known/jwks.json",
        claims: { userId: "sub", userName: "preferred_username" },
        project: { id: "p", name: "n" },
        roles: [],
        domainId: "default",
      },
    ]);
  });

  test.each([
    ["no JSON", "["],
    ["no list", JSON.stringify(good)],
    ["an empty list", "[]"],
    ["plain http", [{ ...good, issuer: "http://a.example" }]],
    ["keys over plain http", [{ ...good, jwks_uri: "http://a.example/keys" }]],
    ["keys out of a file", [{ ...good, jwks_uri: "file:///etc/keys" }]],
    ["no audience", [{ ...good, audience: [] }]],
    ["an audience that is a text", [{ ...good, audience: "x" }]],
    ["no project", [{ ...good, project: undefined }]],
    ["two projects", [{ ...good, claims: { project_id: "p" } }]],
    ["a misspelled member", [{ ...good, role: ["admin"] }]],
    ["a misspelled claim", [{ ...good, claims: { user: "sub" } }]],
    ["roles that are none", [{ ...good, role_map: { a: "admin" } }]],
    ["one issuer twice", [good, good]],
  ])("refuses %s", (_, value) => {
    expect(parseOidcIssuers(typeof value === "string" ? value : JSON.stringify(value))).toBeUndefined();
  });
});
