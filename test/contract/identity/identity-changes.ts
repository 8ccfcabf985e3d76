import { beforeEach, describe, expect, test } from "vitest";
import { Conflict, NotFound } from "../../../shared/errors.ts";
import type { ApplicationCredential } from "../../../shared/identity/domain/application-credential.ts";
import type { MemoryIdentity } from "../../fakes/identity/identity-store.ts";

const domainId = "default";
const credential: ApplicationCredential = {
  id: "c1",
  name: "ci",
  userId: "u1",
  projectId: "p1",
  description: "for builds",
  roles: ["reader"],
  unrestricted: false,
  expiresAt: 1_900_000_000,
  secretHash: "scrypt$…",
};

/** Changes to users, projects, roles and credentials, and what they revoke; `make` gives an empty store. */
export function identityChangesContract(make: () => Promise<MemoryIdentity>): void {
  describe("changes to the identity store", () => {
    let store: MemoryIdentity;
    beforeEach(async () => {
      store = await make();
      await store.createUser({ id: "u1", name: "one", domainId, enabled: true });
      await store.createUser({ id: "u2", name: "two", domainId, enabled: true });
      for (const id of ["p1", "p2"]) await store.createProject({ id, name: id, domainId, enabled: true });
      await store.assignRole({ userId: "u1", projectId: "p1", roleName: "member" });
      await store.assignRole({ userId: "u1", projectId: "p2", roleName: "reader" });
      await store.assignRole({ userId: "u2", projectId: "p1", roleName: "reader" });
    });
    const revokedOf = async (userId: string) => [...(await store.revocationsOf(userId)).tokenIds].sort();
    const now = 1_800_000_000;
    const revoke = (tokenId: string, expiresAt = now + 3600, userId = "u1") =>
      store.revokeToken({ userId, tokenId, expiresAt }, now);
    const epochs = async () => [await store.epochOf("u1"), await store.epochOf("u2")];

    test("one token is revoked, and no other of the user or of others", async () => {
      const before = await epochs();
      await revoke("one");
      await revoke("one");
      await revoke("two");
      expect(await revokedOf("u1")).toEqual(["one", "two"]);
      expect(await revokedOf("u2")).toEqual([]);
      expect(await epochs()).toEqual(before);
      expect(await store.epochOf("u1")).toBe(before[0]);
    });

    test("revoking all forgets the single ones", async () => {
      await revoke("one");
      const [before = 0] = await epochs();
      await store.revokeTokens("u1");
      expect(await store.revocationsOf("u1")).toEqual({ epoch: before + 1, tokenIds: new Set() });
    });

    test("tokens that have ended make room; when all are still good, all of the user's are revoked", async () => {
      const before = await epochs();
      for (let one = 0; one < 100; one += 1) await revoke(`old ${one}`, now - 1);
      await revoke("one");
      expect(await revokedOf("u1")).toContain("one");
      expect(await epochs()).toEqual(before);
      for (let one = 0; one < 99; one += 1) await revoke(`new ${one}`);
      expect(await revokedOf("u1")).toHaveLength(100);
      await revoke("one more than there is room for");
      expect(await epochs()).toEqual([(before[0] ?? 0) + 1, before[1]]);
      await Promise.all(Array.from({ length: 5 }, (_, one) => revoke(`at once ${one}`)));
      expect(await revokedOf("u1")).toHaveLength(5);
    });

    test("lists are sorted by name and say when there is more", async () => {
      const { entries, truncated } = await store.listUsers(domainId, 10);
      expect([entries.map(({ name }) => name), truncated]).toEqual([["one", "two"], false]);
      expect((await store.listProjects(domainId, 2)).truncated).toBe(false);
      const first = await store.listProjects(domainId, 1);
      expect([first.entries.map(({ id }) => id), first.truncated]).toEqual([["p1"], true]);
      expect((await store.listUsers("other", 10)).entries).toEqual([]);
    });

    test("a change leaves the rest, and revokes only when asked to", async () => {
      const changed = await store.updateUser("u1", { email: "one@example" }, { revoke: false });
      expect(changed).toEqual({ id: "u1", name: "one", domainId, enabled: true, email: "one@example" });
      expect(await epochs()).toEqual([0, 0]);
      await store.updateUser("u1", { enabled: false }, { revoke: true });
      expect(await store.findUser("u1")).toEqual({ ...changed, enabled: false });
      expect(await epochs()).toEqual([1, 0]);
    });

    test("a new name leads to the user, the old one is free", async () => {
      await store.updateUser("u1", { name: "uno" }, { revoke: false });
      expect((await store.findUserByName("uno", domainId))?.id).toBe("u1");
      expect(await store.findUserByName("one", domainId)).toBeUndefined();
      await store.createUser({ id: "u3", name: "one", domainId, enabled: true });
    });

    test("a name of another one is a Conflict and changes nothing", async () => {
      const change = store.updateUser("u1", { name: "two", enabled: false }, { revoke: true });
      await expect(change).rejects.toThrow(Conflict);
      expect(await store.findUser("u1")).toMatchObject({ name: "one", enabled: true });
      expect(await epochs()).toEqual([0, 0]);
      await expect(store.updateProject("p1", { name: "p2" })).rejects.toThrow(Conflict);
    });

    test("what is not there cannot be changed", async () => {
      expect(await store.updateUser("u9", { enabled: false }, { revoke: true })).toBeUndefined();
      expect(await store.updateProject("p9", { enabled: false })).toBeUndefined();
      expect(await store.deleteUser("u9")).toBe(false);
      expect(await store.deleteProject("p9")).toBe(false);
      expect(await store.removeRole({ userId: "u2", projectId: "p1", roleName: "admin" })).toBe(false);
    });

    test("assignments are found from both sides", async () => {
      const member = { userId: "u1", projectId: "p1", roleName: "member" };
      expect(await store.assignmentsOf({ projectId: "p1" })).toEqual([
        member,
        { userId: "u2", projectId: "p1", roleName: "reader" },
      ]);
      expect(await store.assignmentsOf({ userId: "u1" })).toEqual([
        member,
        { userId: "u1", projectId: "p2", roleName: "reader" },
      ]);
    });

    test("a role that is taken away revokes its user's tokens", async () => {
      expect(await store.removeRole({ userId: "u1", projectId: "p1", roleName: "member" })).toBe(true);
      expect(await store.rolesOf("u1", "p1")).toEqual([]);
      expect(await store.assignmentsOf({ projectId: "p1" })).toHaveLength(1);
      expect(await epochs()).toEqual([1, 0]);
    });

    test("a deleted user leaves no role and no name, but its epoch", async () => {
      expect(await store.deleteUser("u1")).toBe(true);
      expect(await store.findUser("u1")).toBeUndefined();
      expect(await store.findUserByName("one", domainId)).toBeUndefined();
      expect(await store.assignmentsOf({ projectId: "p1" })).toHaveLength(1);
      expect(await store.epochOf("u1")).toBeGreaterThan(0);
    });

    test("a deleted project revokes the tokens of all who had a role in it", async () => {
      expect(await store.deleteProject("p1")).toBe(true);
      expect(await store.findProject("p1")).toBeUndefined();
      expect(await store.assignmentsOf({ userId: "u1" })).toHaveLength(1);
      expect(await epochs()).toEqual([1, 1]);
    });

    test("an application credential is found by id, by name and in the list of its user", async () => {
      await store.createCredential(credential);
      await store.createCredential({ ...credential, id: "c2", userId: "u2" });
      expect(await store.findCredential("c1")).toEqual(credential);
      expect(await store.findCredentialByName("u1", "ci")).toEqual(credential);
      expect(await store.credentialsOf("u1")).toEqual([credential]);
      expect(await store.findCredentialByName("u1", "other")).toBeUndefined();
    });

    test("its name is taken once, and only by users", async () => {
      await store.createCredential(credential);
      await expect(store.createCredential({ ...credential, id: "c2" })).rejects.toThrow(Conflict);
      const nobody = { ...credential, id: "c3", userId: "u9" };
      await expect(store.createCredential(nobody)).rejects.toThrow(NotFound);
      expect(await store.findCredential("c3")).toBeUndefined();
    });

    test("its deletion revokes the user's tokens", async () => {
      await store.createCredential(credential);
      expect(await store.deleteCredential(credential)).toBe(true);
      expect(await store.deleteCredential(credential)).toBe(false);
      expect(await store.credentialsOf("u1")).toEqual([]);
      expect(await epochs()).toEqual([1, 0]);
    });
  });
}
