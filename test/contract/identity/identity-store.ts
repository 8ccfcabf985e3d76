import { beforeEach, describe, expect, test } from "vitest";
import { Conflict, NotFound } from "../../../shared/errors.ts";
import type { Project } from "../../../shared/identity/domain/project.ts";
import type { User } from "../../../shared/identity/domain/user.ts";
import type { IdentityStore } from "../../../shared/identity/ports/identity-store.ts";

const demo: User = {
  id: "u1",
  name: "demo",
  domainId: "default",
  enabled: true,
  defaultProjectId: "p1",
  passwordHash: "scrypt$2$1$1$salt$hash",
};
const project = (id: string, name: string, enabled = true): Project => ({
  id,
  name,
  domainId: "default",
  enabled,
});

/** What every IdentityStore promises; `make` gives an empty one. */
export function identityStoreContract(make: () => Promise<IdentityStore>): void {
  describe("IdentityStore", () => {
    let store: IdentityStore;
    beforeEach(async () => {
      store = await make();
    });

    test("a created user is found by id and by name, with all its members", async () => {
      expect(await store.createUser(demo)).toEqual(demo);
      expect(await store.findUser("u1")).toEqual(demo);
      expect(await store.findUserByName("demo", "default")).toEqual(demo);
    });

    test("a user without optional members comes back without them", async () => {
      const plain: User = { id: "u2", name: "plain", domainId: "default", enabled: false };
      await store.createUser(plain);
      expect(await store.findUser("u2")).toEqual(plain);
    });

    test("what was never created is undefined", async () => {
      await store.createUser(demo);
      expect(await store.findUser("demo")).toBeUndefined();
      expect(await store.findUserByName("u1", "default")).toBeUndefined();
      expect(await store.findUserByName("demo", "other")).toBeUndefined();
      expect(await store.findUserByName("Demo", "default")).toBeUndefined();
      expect(await store.findProject("u1")).toBeUndefined();
      expect(await store.findProjectByName("demo", "default")).toBeUndefined();
      expect(await store.rolesOf("u1", "p1")).toEqual([]);
      expect(await store.projectsOf("u1")).toEqual([]);
    });

    test("creating again changes nothing and returns what is there", async () => {
      await store.createUser(demo);
      expect(await store.createUser({ ...demo, enabled: false, passwordHash: "other" })).toEqual(demo);
      expect(await store.findUser("u1")).toEqual(demo);
    });

    test("a name or an id of another one is a Conflict and stores nothing", async () => {
      await store.createUser(demo);
      await expect(store.createUser({ ...demo, id: "u9" })).rejects.toThrow(Conflict);
      await expect(store.createUser({ ...demo, name: "nine" })).rejects.toThrow(Conflict);
      expect(await store.findUser("u9")).toBeUndefined();
      expect(await store.findUserByName("nine", "default")).toBeUndefined();
    });

    test("a user and a project may have the same name and id", async () => {
      await store.createUser({ ...demo, id: "same" });
      await store.createProject(project("same", "demo"));
      expect(await store.findProject("same")).toEqual(project("same", "demo"));
      expect((await store.findUser("same"))?.passwordHash).toBe(demo.passwordHash);
    });

    test("two creations at once end in one user", async () => {
      const results = await Promise.allSettled([
        store.createUser({ ...demo, id: "a" }),
        store.createUser({ ...demo, id: "b" }),
      ]);
      expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      expect(await store.findUserByName("demo", "default")).toBeDefined();
    });

    test("projects are created and found as users are", async () => {
      await store.createProject(project("p1", "demo"));
      expect(await store.createProject(project("p1", "demo", false))).toEqual(project("p1", "demo"));
      await expect(store.createProject(project("p2", "demo"))).rejects.toThrow(Conflict);
      expect(await store.findProjectByName("demo", "default")).toEqual(project("p1", "demo"));
    });

    test("roles are those of one user in one project, sorted", async () => {
      await store.createUser(demo);
      await store.createUser({ ...demo, id: "u10", name: "other" });
      for (const id of ["p1", "p10"]) await store.createProject(project(id, id));
      await store.assignRole({ userId: "u1", projectId: "p1", roleName: "reader" });
      await store.assignRole({ userId: "u1", projectId: "p1", roleName: "member" });
      await store.assignRole({ userId: "u1", projectId: "p1", roleName: "member" });
      await store.assignRole({ userId: "u1", projectId: "p10", roleName: "admin" });
      await store.assignRole({ userId: "u10", projectId: "p1", roleName: "admin" });
      expect(await store.rolesOf("u1", "p1")).toEqual(["member", "reader"]);
      expect(await store.rolesOf("u1", "p10")).toEqual(["admin"]);
    });

    test("a project id with a # does not lend its roles to another project", async () => {
      await store.createUser(demo);
      for (const id of ["p", "p#q"]) await store.createProject(project(id, id));
      await store.assignRole({ userId: "u1", projectId: "p#q", roleName: "admin" });
      expect(await store.rolesOf("u1", "p")).toEqual([]);
    });

    test("projects of a user come once each, sorted by name, disabled ones too", async () => {
      await store.createUser(demo);
      await store.createProject(project("p1", "zebra"));
      await store.createProject(project("p2", "ape", false));
      await store.createProject(project("p3", "none"));
      for (const roleName of ["member", "reader"]) {
        await store.assignRole({ userId: "u1", projectId: "p1", roleName });
      }
      await store.assignRole({ userId: "u1", projectId: "p2", roleName: "member" });
      expect(await store.projectsOf("u1")).toEqual([project("p2", "ape", false), project("p1", "zebra")]);
    });

    test("nobody gets a role without being there", async () => {
      await store.createUser(demo);
      const nowhere = { userId: "u1", projectId: "p1", roleName: "admin" };
      await expect(store.assignRole(nowhere)).rejects.toThrow(NotFound);
      await store.createProject(project("p1", "demo"));
      await expect(store.assignRole({ ...nowhere, userId: "nobody" })).rejects.toThrow(NotFound);
      expect(await store.rolesOf("u1", "p1")).toEqual([]);
      expect(await store.rolesOf("nobody", "p1")).toEqual([]);
    });
  });
}
