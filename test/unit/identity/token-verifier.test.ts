import { createHmac } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { Unauthorized } from "../../../shared/errors.ts";
import type { TokenVerifier } from "../../../shared/http/token-verifier.ts";
import { TOKEN_ISSUER } from "../../../shared/identity/domain/token-claims.ts";
import { localSigner } from "../../fakes/identity/local-signer.ts";
import { scopedClaims, unscopedClaims } from "./claims.ts";
import { jwtTokenVerifier } from "./jwt-verifier.ts";

const signer = localSigner();
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const good = { alg: "ES256", kid: signer.jwk.kid, typ: "JWT" };
/** Rightly signed, whatever header and payload say. */
const signed = (header: unknown, payload: unknown) =>
  signer.signInput(`${encode(header)}.${encode(payload)}`);
const now = Math.floor(Date.now() / 1000);
const without = (name: string) =>
  Object.fromEntries(Object.entries(scopedClaims()).filter(([member]) => member !== name));

describe("jwtTokenVerifier", () => {
  let reads: number;
  let published: readonly (typeof signer.jwk)[];
  let verifier: TokenVerifier;
  beforeEach(() => {
    reads = 0;
    published = [signer.jwk];
    verifier = jwtTokenVerifier({
      keys: {
        read: async () => {
          reads += 1;
          return { keys: published };
        },
      },
      issuer: TOKEN_ISSUER,
      audience: "image",
    });
  });

  test("a good token becomes its caller, roles in lower case", async () => {
    const claims = scopedClaims();
    expect(await verifier.verify(await signer.sign(claims))).toEqual({
      userId: "u1",
      userName: "demo",
      userDomainId: "default",
      projectId: "p1",
      projectName: "demo-project",
      projectDomainId: "default",
      roles: ["member"],
      epoch: claims.epoch,
      tokenExpiresAt: claims.exp,
    });
  });

  test("a usual token stays below 1 kB", async () => {
    expect((await signer.sign(scopedClaims())).length).toBeLessThan(1024);
  });

  test("nothing is read before the first token, and keys only once", async () => {
    expect(reads).toBe(0);
    for (let round = 0; round < 3; round += 1) await verifier.verify(await signer.sign(scopedClaims()));
    expect(reads).toBe(1);
  });

  const stranger = localSigner();
  const hmac = (secret: string | Buffer) => {
    const input = `${encode({ ...good, alg: "HS256" })}.${encode(scopedClaims())}`;
    return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
  };
  const spliced = () => {
    const [header, , signature] = signed(good, scopedClaims()).split(".");
    return `${header}.${encode(scopedClaims({ sub: "admin" }))}.${signature}`;
  };
  const attacks: [string, () => string][] = [
    [
      "signed with another key under our kid",
      () => stranger.signInput(`${encode(good)}.${encode(scopedClaims())}`),
    ],
    ["another payload under a good signature", spliced],
    [
      "an all-zero signature",
      () => `${encode(good)}.${encode(scopedClaims())}.${Buffer.alloc(64).toString("base64url")}`,
    ],
    [
      "a DER signature",
      () => `${encode(good)}.${encode(scopedClaims())}.${Buffer.alloc(70, 0x30).toString("base64url")}`,
    ],
    ["expired", () => signed(good, scopedClaims({ exp: now - 60 }))],
    ["not valid yet", () => signed(good, { ...scopedClaims(), nbf: now + 600 })],
    ["another issuer", () => signed(good, scopedClaims({ iss: "https://elsewhere" }))],
    ["another audience", () => signed(good, { ...scopedClaims(), aud: "metering" })],
    ["several audiences", () => signed(good, { ...scopedClaims(), aud: ["image", "identity"] })],
    ["unscoped", () => signed(good, unscopedClaims())],
    ["unscoped, but for the image API", () => signed(good, { ...unscopedClaims(), aud: "image" })],
    ["alg none", () => `${encode({ ...good, alg: "none" })}.${encode(scopedClaims())}.`],
    ["alg none with a signature", () => signed({ ...good, alg: "none" }, scopedClaims())],
    ["alg None with a signature", () => signed({ ...good, alg: "None" }, scopedClaims())],
    ["no alg", () => signed({ kid: good.kid, typ: "JWT" }, scopedClaims())],
    [
      "HS256 with the PEM of the public key",
      () => hmac(signer.publicKey.export({ format: "pem", type: "spki" })),
    ],
    [
      "HS256 with the DER of the public key",
      () => hmac(signer.publicKey.export({ format: "der", type: "spki" })),
    ],
    ["HS256 with the JWK of the public key", () => hmac(JSON.stringify(signer.jwk))],
    ["ES384", () => signed({ ...good, alg: "ES384" }, scopedClaims())],
    ["RS256", () => signed({ ...good, alg: "RS256" }, scopedClaims())],
    ["no kid", () => signed({ alg: "ES256", typ: "JWT" }, scopedClaims())],
    ["an empty kid", () => signed({ ...good, kid: "" }, scopedClaims())],
    ["a kid that is no string", () => signed({ ...good, kid: [good.kid] }, scopedClaims())],
    ["an unknown kid", () => signed({ ...good, kid: stranger.jwk.kid }, scopedClaims())],
    ["a kid with ../", () => signed({ ...good, kid: `../${good.kid}` }, scopedClaims())],
    ["a kid called __proto__", () => signed({ ...good, kid: "__proto__" }, scopedClaims())],
    [
      "its own key in the header",
      () =>
        stranger.signInput(
          `${encode({ ...good, kid: stranger.jwk.kid, jwk: stranger.jwk })}.${encode(scopedClaims())}`,
        ),
    ],
    ["a critical extension", () => signed({ ...good, crit: ["b64"], b64: false }, scopedClaims())],
    ["another type", () => signed({ ...good, typ: "at+jwt" }, scopedClaims())],
    ["longer than 8 kB", () => signed(good, scopedClaims({ name: "n".repeat(8000) }))],
    ["empty", () => ""],
    ["garbage", () => "garbage"],
    ["three dots of garbage", () => "a.b.c"],
    ["two tokens", () => `${signed(good, scopedClaims())}, ${signed(good, scopedClaims())}`],
    ["white space around", () => ` ${signed(good, scopedClaims())}`],
    ["a payload that is no object", () => signed(good, "text")],
    ["a payload that is null", () => signed(good, null)],
    ["an exp that is text", () => signed(good, { ...scopedClaims(), exp: "9999999999" })],
    ["an endless exp", () => signed(good, { ...scopedClaims(), exp: 1e300 })],
    ["roles that are texts", () => signed(good, { ...scopedClaims(), roles: ["admin"] })],
    ["roles that are an object", () => signed(good, { ...scopedClaims(), roles: { name: "admin" } })],
    [
      "a project without a domain",
      () => signed(good, { ...scopedClaims(), project: { id: "p", name: "p" } }),
    ],
    [
      "an empty project id",
      () => signed(good, scopedClaims({ project: { id: "", name: "p", domain: { id: "d", name: "d" } } })),
    ],
    ...["iss", "aud", "sub", "iat", "exp", "jti", "name", "domain", "project", "roles", "methods"].map(
      (name): [string, () => string] => [`no ${name}`, () => signed(good, without(name))],
    ),
  ];
  test.each(attacks)("%s: Unauthorized, and no word about the token", async (_name, token) => {
    const refusal = await verifier.verify(token()).then(
      () => expect.fail("the token passed"),
      (error: unknown) => error,
    );
    expect(refusal).toBeInstanceOf(Unauthorized);
    expect(refusal).toEqual(new Unauthorized());
    expect((refusal as Error).cause).toBeUndefined();
  });

  test("a token that is too long is not even looked at", async () => {
    await expect(verifier.verify("x".repeat(8193))).rejects.toThrow(Unauthorized);
    expect(reads).toBe(0);
  });

  test("a flood of unknown kids costs one more read", async () => {
    await verifier.verify(await signer.sign(scopedClaims()));
    for (let round = 0; round < 50; round += 1) {
      const token = signed({ ...good, kid: `unknown-${round}` }, scopedClaims());
      await expect(verifier.verify(token)).rejects.toThrow(Unauthorized);
    }
    expect(reads).toBe(2);
    await verifier.verify(await signer.sign(scopedClaims()));
  });

  test("a key published later is found, the older one stays good", async () => {
    const newer = localSigner();
    await verifier.verify(await signer.sign(scopedClaims()));
    published = [signer.jwk, newer.jwk];
    await verifier.verify(await newer.sign(scopedClaims()));
    await verifier.verify(await signer.sign(scopedClaims()));
    expect(reads).toBe(2);
  });

  test("keys that cannot be read are not the token's fault, and are read again", async () => {
    let failing = true;
    const shaky = jwtTokenVerifier({
      keys: {
        read: async () => {
          if (failing) throw new Error("table is throttled");
          return { keys: [signer.jwk] };
        },
      },
      issuer: TOKEN_ISSUER,
      audience: "image",
    });
    const token = await signer.sign(scopedClaims());
    const refusal = await shaky.verify(token).catch((error: unknown) => error);
    expect(refusal).not.toBeInstanceOf(Unauthorized);
    failing = false;
    expect((await shaky.verify(token)).userId).toBe("u1");
  });

  test("where unscoped tokens are wanted, their caller has no project and no roles", async () => {
    const both = jwtTokenVerifier({
      keys: { read: signer.publicKeys },
      issuer: TOKEN_ISSUER,
      audience: ["image", "identity"],
    });
    const caller = await both.verify(await signer.sign(unscopedClaims()));
    expect(caller).toMatchObject({ userId: "u1", projectId: "", projectName: "", roles: [] });
    expect((await both.verify(await signer.sign(scopedClaims()))).projectId).toBe("p1");
    await expect(
      both.verify(signed(good, { ...unscopedClaims(), roles: [{ id: "r", name: "admin" }] })),
    ).rejects.toThrow(Unauthorized);
  });
});
