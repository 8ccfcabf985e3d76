import { expect, test } from "vitest";
import { identityId } from "../../../shared/identity/domain/identity-id.ts";
import { hashPassword } from "../../../shared/identity/domain/password-hash.ts";
import { seedIdentity } from "../../../shared/identity/operations/seed-identity.ts";
import { memoryIdentityStore } from "../../fakes/identity/identity-store.ts";

const hash = (password: string) => hashPassword(password, { cost: 16, blockSize: 1, parallelization: 1 });
const [adminHash, readerHash] = [await hash("admin"), await hash("reader")];

const spec = {
  projects: ["admin", "demo"],
  users: [
    { name: "admin", passwordHash: adminHash, project: "admin", roles: ["admin", "member"] },
    { name: "reader", passwordHash: readerHash, project: "demo", roles: ["reader"] },
  ],
};

test("projects, users and roles are there, with ids that follow from their names", async () => {
  const identities = memoryIdentityStore();
  await seedIdentity({ identities })(spec);
  const admin = await identities.findUserByName("admin", "default");
  expect(admin?.id).toBe(identityId("user", "admin"));
  expect(admin?.id).toMatch(/^[0-9a-f]{32}$/);
  expect(admin?.defaultProjectId).toBe(identityId("project", "admin"));
  expect(admin?.passwordHash).toBe(adminHash);
  expect(await identities.rolesOf(identityId("user", "admin"), identityId("project", "admin"))).toEqual([
    "admin",
    "member",
  ]);
  expect(await identities.rolesOf(identityId("user", "reader"), identityId("project", "demo"))).toEqual([
    "reader",
  ]);
});

test("a user that exists under another id keeps id and password, and gets the roles", async () => {
  const identities = memoryIdentityStore();
  const passwordHash = await hash("changed");
  const earlier = { id: "other", name: "reader", domainId: "default", enabled: true, passwordHash };
  await identities.createUser(earlier);
  await seedIdentity({ identities })(spec);
  await seedIdentity({ identities })(spec);
  expect(await identities.findUserByName("reader", "default")).toEqual(earlier);
  expect(await identities.rolesOf("other", identityId("project", "demo"))).toEqual(["reader"]);
});
