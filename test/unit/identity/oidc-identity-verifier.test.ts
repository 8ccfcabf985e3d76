import { SimpleJwksCache } from "aws-jwt-verify/jwk";
import { expect, test } from "vitest";
import { Unauthorized } from "../../../shared/errors.ts";
import { oidcIdentityVerifier } from "../../../shared/identity/adapters/jwt/oidc-identity-verifier.ts";
import { localSigner } from "../../fakes/identity/local-signer.ts";

const signer = localSigner();
const issuer = "https://idp.example";
const keys = new TextEncoder().encode(JSON.stringify({ keys: [signer.jwk] })).buffer;
const verifier = oidcIdentityVerifier(
  {
    id: "corp",
    protocol: "openid",
    issuer,
    audience: ["glance"],
    jwksUri: `${issuer}/keys`,
    userNameClaim: "preferred_username",
  },
  new SimpleJwksCache({ fetcher: { fetch: async () => keys } }),
);
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const exp = Math.floor(Date.now() / 1000) + 60;
const good = { iss: issuer, aud: "glance", sub: "123", preferred_username: "jo", exp };
const token = (payload: object, header: object = {}, by = signer) =>
  by.signInput(`${encode({ alg: "ES256", kid: signer.jwk.kid, typ: "JWT", ...header })}.${encode(payload)}`);

test("a good token says who it is, Cognito's access tokens by their client too", async () => {
  expect(await verifier.verify(token(good))).toEqual({ subject: "123", userName: "jo", expiresAt: exp });
  const { aud: _aud, preferred_username: _name, ...cognito } = { ...good, client_id: "glance" };
  expect(await verifier.verify(token(cognito))).toEqual({ subject: "123", userName: "123", expiresAt: exp });
});

const withoutEnd = { ...good, exp: undefined };
test.each([
  ["another key", token(good, {}, localSigner())],
  ["another issuer", token({ ...good, iss: "https://evil.example" })],
  ["another audience", token({ ...good, aud: "other" })],
  ["no audience", token({ ...good, aud: undefined })],
  ["expired", token({ ...good, exp: exp - 120 })],
  ["without an end", token(withoutEnd)],
  ["alg none", `${encode({ alg: "none" })}.${encode(good)}.`],
  ["HS256", token(good, { alg: "HS256" })],
  ["a critical extension", token(good, { crit: ["b64"] })],
  ["no subject", token({ ...good, sub: undefined })],
  ["a subject with a line break", token({ ...good, sub: "a\nb" })],
  ["too long", token({ ...good, more: "x".repeat(9000) })],
  ["garbage", "garbage"],
])("%s: Unauthorized", async (_name, bad) => {
  await expect(verifier.verify(bad)).rejects.toThrow(Unauthorized);
});
