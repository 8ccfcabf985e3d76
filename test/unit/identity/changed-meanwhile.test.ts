import { beforeEach, describe, expect, test } from "vitest";
import { scryptPasswordProof } from "../../../shared/identity/adapters/scrypt/scrypt-password-proof.ts";
import type { ApplicationCredential } from "../../../shared/identity/domain/application-credential.ts";
import { hashPassword } from "../../../shared/identity/domain/password-hash.ts";
import type { MemoryIdentity } from "../../fakes/identity/identity-store.ts";
import { byPassword, project } from "./auth-bodies.ts";
import { identityApi, seededStore } from "./identity-api.ts";

/** Whoever is judged right may be out before its token is made: what is true at the end counts. */
const cheap = { cost: 16, blockSize: 1, parallelization: 1 };
let store: MemoryIdentity;
beforeEach(async () => {
  store = await seededStore();
});

/** The API with somebody who does something right behind each proof of a secret. */
function apiWith(meanwhile: () => Promise<unknown>) {
  const { prove } = scryptPasswordProof();
  const proof = {
    prove: async (...words: Parameters<typeof prove>) => {
      const isRight = await prove(...words);
      await meanwhile();
      return isRight;
    },
  };
  return identityApi(store, { proof });
}
const disable = () => store.updateUser("u-demo", { enabled: false }, { revoke: true });
const remove = () => store.deleteUser("u-demo");

describe("no token is made", () => {
  const logIn = (meanwhile: () => Promise<unknown>) =>
    apiWith(meanwhile)({
      method: "POST",
      path: "/v3/auth/tokens",
      body: byPassword({ name: "demo", password: "demo" }, project("demo")),
    });

  test.each<[string, () => Promise<unknown>]>([
    ["is disabled", disable],
    ["is deleted", remove],
    [
      "gets another password",
      async () =>
        store.updateUser("u-demo", { passwordHash: await hashPassword("x", cheap) }, { revoke: true }),
    ],
  ])("of a user that %s while its password is proved", async (_, meanwhile) => {
    expect((await logIn(async () => undefined)).status).toBe(201);
    expect((await logIn(meanwhile)).status).toBe(401);
  });

  const credential: ApplicationCredential = {
    ...{ id: "c", name: "ci", userId: "u-demo", projectId: "p-demo", roles: ["member"] },
    ...{ unrestricted: false, secretHash: "" },
  };
  test.each<[string, (() => Promise<unknown>) | undefined]>([
    ["goes on as it was", undefined],
    ["is deleted", () => store.deleteCredential(credential)],
    ["loses its user", remove],
    ["has its user disabled", disable],
  ])("of a credential that %s while its secret is proved", async (_, meanwhile) => {
    await store.createCredential({ ...credential, secretHash: await hashPassword("secret", cheap) });
    const { status } = await apiWith(meanwhile ?? (async () => undefined))({
      method: "POST",
      path: "/v3/auth/tokens",
      body: {
        auth: {
          identity: {
            methods: ["application_credential"],
            application_credential: { id: "c", secret: "secret" },
          },
        },
      },
    });
    expect(status).toBe(meanwhile ? 401 : 201);
  });
});

test("a user that is deleted while it changes its password is told nothing else than with a wrong one", async () => {
  const answer = await apiWith(remove)({
    method: "POST",
    path: "/v3/users/u-demo/password",
    body: { user: { original_password: "demo", password: "new" } },
  });
  expect(answer.status).toBe(401);
  expect(await store.findUser("u-demo")).toBeUndefined();
});
