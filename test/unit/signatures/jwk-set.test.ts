import { expect, test } from "vitest";
import { signingJwk } from "../../../shared/signatures/jwk-set.ts";

const x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
const y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";

test("the kid is the RFC 7638 thumbprint", () => {
  // The key of RFC 7515, A.3; its thumbprint as computed by other JOSE libraries.
  const kid = "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U";
  expect(signingJwk(x, y)).toEqual({ kty: "EC", crv: "P-256", alg: "ES256", use: "sig", kid, x, y });
});

test.each([
  [undefined, undefined],
  ["short", "short"],
  [x, 5],
  [x, "short"],
  ["short", y],
  [x, `${y}=`],
  // Read as a text it would have the form.
  [[x], y],
  [x, [y]],
])("coordinates of another form are refused (%#)", (one, other) => {
  expect(() => signingJwk(one, other)).toThrow(/P-256/);
});
