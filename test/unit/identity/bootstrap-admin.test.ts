import { expect, test } from "vitest";
import { matchesHash } from "../../../shared/identity/domain/password-hash.ts";
import { bootstrapAdmin } from "../../../shared/identity/operations/bootstrap-admin.ts";
import { memoryIdentityStore } from "../../fakes/identity/identity-store.ts";

test("an admin where there was nobody", async () => {
  const identities = memoryIdentityStore();
  const made = await bootstrapAdmin({ identities })({ user: "root", project: "ops", password: "secret" });
  expect(made).toMatchObject({
    isNew: true,
    user: { name: "root", enabled: true },
    project: { name: "ops" },
  });
  expect(await matchesHash("secret", made.user.passwordHash ?? "")).toBe(true);
  expect(await identities.rolesOf(made.user.id, made.project.id)).toEqual(["admin"]);
});

test("a second time: the same user, enabled, with the new password, its tokens revoked", async () => {
  const identities = memoryIdentityStore();
  const bootstrap = bootstrapAdmin({ identities });
  const first = await bootstrap({ user: "root", project: "ops", password: "one" });
  await identities.updateUser(first.user.id, { enabled: false }, { revoke: false });
  await identities.updateProject(first.project.id, { enabled: false });
  const second = await bootstrap({ user: "root", project: "ops", password: "two" });
  expect(second).toMatchObject({ isNew: false, user: { id: first.user.id, enabled: true } });
  expect(await matchesHash("two", second.user.passwordHash ?? "")).toBe(true);
  expect((await identities.findProject(first.project.id))?.enabled).toBe(true);
  expect(await identities.epochOf(first.user.id)).toBe(1);
});

test("without a password where another service has it", async () => {
  const identities = memoryIdentityStore();
  const { user } = await bootstrapAdmin({ identities })({ user: "root", project: "ops" });
  expect(user).not.toHaveProperty("passwordHash");
});
