import { expect, test } from "vitest";
import { signingJwk } from "../../../shared/identity/domain/jwk-set.ts";

test("the kid is the RFC 7638 thumbprint", () => {
  // The key of RFC 7515, A.3; its thumbprint as computed by other JOSE libraries.
  const jwk = signingJwk(
    "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
  );
  expect(jwk.kid).toBe("oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U");
});

test.each([
  [undefined, undefined],
  ["short", "short"],
  ["f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", 5],
])("coordinates of another form are refused (%#)", (x, y) => {
  expect(() => signingJwk(x, y)).toThrow(/P-256/);
});
