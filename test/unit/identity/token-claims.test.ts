import { expect, test } from "vitest";
import { callerOfClaims, claimsOf } from "../../../shared/identity/domain/token-claims.ts";
import { scopedClaims, unscopedClaims } from "./claims.ts";

const credential = { id: "c", name: "ci", restricted: true };

test("a payload with all that a token says is read as it is", () => {
  for (const claims of [scopedClaims(), unscopedClaims(), scopedClaims({ credential })])
    expect(claimsOf({ ...claims, more: 1 })).toEqual(claims);
});

test.each<[string, unknown]>([
  ...(["iss", "sub", "jti", "name"] as const).flatMap((name): [string, unknown][] => [
    [name, undefined],
    [name, ""],
    [name, 5],
  ]),
  ...(["iat", "exp", "epoch"] as const).flatMap((name): [string, unknown][] => [
    [name, undefined],
    [name, "5"],
    [name, 0.5],
  ]),
  ["domain", { id: "default" }],
  ["roles", undefined],
  ["roles", [{ id: "r1", name: "Member" }, { id: "r2" }]],
  ["methods", "password"],
  ["methods", ["password", 5]],
  ["credential", { id: "c", name: "ci" }],
  ["credential", { id: "c", name: "ci", restricted: "no" }],
  ["project", undefined],
  ["project", { id: "p1", name: "p" }],
  ["project", { id: "p1", name: "p", domain: { id: "d" } }],
  ["aud", "identity"],
  ["aud", "volume"],
])("one without a good %s is none: %j", (name, value) => {
  expect(claimsOf({ ...scopedClaims(), [name]: value })).toBeUndefined();
});

test.each([
  ["roles", [{ id: "r1", name: "Member" }]],
  ["project", scopedClaims().project],
  ["aud", "image"],
])("an unscoped one with another %s is none", (name, value) => {
  expect(claimsOf({ ...unscopedClaims(), [name]: value })).toBeUndefined();
});

test.each([undefined, null, "text", []])("%j is no payload", (payload) => {
  expect(claimsOf(payload)).toBeUndefined();
});

test("its caller has the roles in lower case, and no project where the token has none", () => {
  const claims = scopedClaims({ credential });
  expect(callerOfClaims(claims)).toMatchObject({
    ...{ userId: "u1", userName: "demo", userDomainId: "default", projectId: "p1" },
    ...{ projectName: "demo-project", projectDomainId: "default", roles: ["member"], isRestricted: true },
    tokenExpiresAt: claims.exp,
  });
  expect(callerOfClaims(unscopedClaims())).toMatchObject({
    ...{ projectId: "", projectName: "", projectDomainId: "", roles: [] },
  });
  expect(callerOfClaims(unscopedClaims())).not.toHaveProperty("isRestricted");
});
