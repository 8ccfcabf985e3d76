import { beforeEach, describe, expect, test } from "vitest";
import { fixedRoles } from "../../../shared/identity/domain/role.ts";
import type { MemoryIdentity } from "../../fakes/identity/identity-store.ts";
import { byPassword, byToken, project } from "./auth-bodies.ts";
import { type Call, identityApi, seededStore } from "./identity-api.ts";

let store: MemoryIdentity;
let api: ReturnType<typeof identityApi>;
beforeEach(async () => {
  store = await seededStore();
  api = identityApi(store);
});

const logIn = (user: string, scope = "demo", password = user) =>
  api({
    method: "POST",
    path: "/v3/auth/tokens",
    body: byPassword({ name: user, password }, project(scope)),
  });
const tokenOf = async (user: string, scope?: string): Promise<string> =>
  String((await logIn(user, scope)).headers["X-Subject-Token"]);
const as = (token: string) => (call: Call) => api({ ...call, headers: { "X-Auth-Token": token } });
const roleId = (name: string) => fixedRoles.find((role) => role.name === name)?.id ?? "";
const isGood = async (token: string) => (await as(token)({ path: "/v3/auth/projects" })).status === 200;

describe("whoever is no admin", () => {
  test.each<[string, Call]>([
    ["list users", { path: "/v3/users" }],
    ["list users by name", { path: "/v3/users", query: "name=admin" }],
    ["see another user", { path: "/v3/users/u-admin" }],
    ["see a user that is not there", { path: "/v3/users/nobody" }],
    ["see another's projects", { path: "/v3/users/u-admin/projects" }],
    ["list projects", { path: "/v3/projects" }],
    ["look up the name of another project", { path: "/v3/projects", query: "name=empty" }],
    ["look up the name of a project of its own", { path: "/v3/projects", query: "name=demo" }],
    ["look up a name that no project has", { path: "/v3/projects", query: "name=nothing" }],
    ["look projects up in another domain", { path: "/v3/projects", query: "domain_id=other" }],
    ["see a project of others", { path: "/v3/projects/p-empty" }],
    ["see a project that is not there", { path: "/v3/projects/nowhere" }],
    ["create a project", { method: "POST", path: "/v3/projects", body: { project: { name: "x" } } }],
    ["change a project", { method: "PATCH", path: "/v3/projects/p-demo", body: { project: {} } }],
    ["delete a project", { method: "DELETE", path: "/v3/projects/p-demo" }],
    ["create a user", { method: "POST", path: "/v3/users", body: { user: { name: "x" } } }],
    ["change itself", { method: "PATCH", path: "/v3/users/u-demo", body: { user: { enabled: true } } }],
    ["delete itself", { method: "DELETE", path: "/v3/users/u-demo" }],
    ["take a role", { method: "PUT", path: `/v3/projects/p-demo/users/u-demo/roles/${roleId("admin")}` }],
    [
      "take a role away",
      { method: "DELETE", path: `/v3/projects/p-demo/users/u-admin/roles/${roleId("admin")}` },
    ],
    ["see all assignments", { path: "/v3/role_assignments" }],
    ["see another's assignments", { path: "/v3/role_assignments", query: "user.id=u-admin" }],
    ["see another's roles", { path: "/v3/projects/p-demo/users/u-admin/roles" }],
  ])("may not %s", async (_name, call) => {
    const answer = await as(await tokenOf("demo"))(call);
    expect(answer.status).toBe(403);
    expect(answer.json.error.message).toMatch(/^You are not authorized to perform the requested action: /);
  });

  test("sees itself, its projects and its assignments", async () => {
    const demo = as(await tokenOf("demo"));
    const user = (await demo({ path: "/v3/users/u-demo" })).json.user;
    expect(user).toMatchObject({ id: "u-demo", name: "demo", domain_id: "default", enabled: true });
    expect(JSON.stringify(user)).not.toMatch(/scrypt|passwordHash/);
    const { projects } = (await demo({ path: "/v3/users/u-demo/projects" })).json;
    expect(projects.map(({ name }: { name: string }) => name)).toEqual(["alt", "closed", "demo"]);
    expect((await demo({ path: "/v3/projects/p-alt" })).json.project.name).toBe("alt");
    const own = await demo({ path: "/v3/role_assignments", query: "user.id=u-demo&include_names" });
    expect(own.json.role_assignments).toHaveLength(4);
  });
});

describe("an admin", () => {
  test("has the roles that admin implies", async () => {
    const { roles } = (await logIn("admin")).json.token;
    expect(roles.map(({ name }: { name: string }) => name)).toEqual(["admin", "member", "reader"]);
  });

  test("makes a user that logs in, with the id in its documents", async () => {
    const admin = as(await tokenOf("admin"));
    const body = {
      user: { name: "new", password: "secret", email: "n@example", enabled: true, options: {} },
    };
    const made = await admin({ method: "POST", path: "/v3/users", body });
    expect(made.status).toBe(201);
    const { id } = made.json.user;
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(made.text).not.toMatch(/secret|scrypt/);
    expect((await logIn("new", "demo", "secret")).status).toBe(401);
    const grant = `/v3/projects/p-demo/users/${id}/roles/${roleId("member")}`;
    expect((await admin({ method: "PUT", path: grant })).status).toBe(204);
    expect((await logIn("new", "demo", "secret")).status).toBe(201);
    expect((await admin({ method: "POST", path: "/v3/users", body })).status).toBe(409);
  });

  test.each<[string, Call, number]>([
    ["a role that is not there", { method: "PUT", path: "/v3/projects/p-demo/users/u-demo/roles/x" }, 404],
    [
      "a user that is not there",
      { method: "PUT", path: `/v3/projects/p-demo/users/x/roles/${roleId("member")}` },
      404,
    ],
    [
      "a role that nobody has",
      { method: "DELETE", path: `/v3/projects/p-empty/users/u-demo/roles/${roleId("member")}` },
      404,
    ],
    ["a user without a name", { method: "POST", path: "/v3/users", body: { user: {} } }, 400],
    [
      "a domain",
      { method: "POST", path: "/v3/projects", body: { project: { name: "x", is_domain: true } } },
      400,
    ],
    [
      "enabled as text",
      { method: "PATCH", path: "/v3/users/u-demo", body: { user: { enabled: "no" } } },
      400,
    ],
    [
      "an empty password",
      { method: "PATCH", path: "/v3/users/u-demo", body: { user: { password: "" } } },
      400,
    ],
    ["a project that is not there", { path: "/v3/projects/nowhere" }, 404],
    [
      "to change a project that is not there",
      { method: "PATCH", path: "/v3/projects/nowhere", body: { project: { enabled: false } } },
      404,
    ],
    ["to delete a project that is not there", { method: "DELETE", path: "/v3/projects/nowhere" }, 404],
    ["to delete a user that is not there", { method: "DELETE", path: "/v3/users/nobody" }, 404],
    ["an id of 2 kB", { path: `/v3/users/${"x".repeat(2000)}` }, 404],
    ["a name of 2 kB", { path: "/v3/users", query: `name=${"x".repeat(2000)}` }, 400],
    ["another domain", { path: "/v3/domains/other" }, 404],
  ])("is refused %s", async (_name, call, status) => {
    expect((await as(await tokenOf("admin"))(call)).status).toBe(status);
  });

  test("sees who has which role where, also by implication, each once", async () => {
    const admin = as(await tokenOf("admin"));
    const shown = async (query: string) => {
      const { role_assignments } = (await admin({ path: "/v3/role_assignments", query })).json;
      return role_assignments
        .map(
          ({ user, scope, role }: Record<string, { id?: string; name?: string; project?: { id: string } }>) =>
            `${user?.id} ${scope?.project?.id} ${role?.name}`,
        )
        .sort();
    };
    expect(await shown("scope.project.id=p-demo&include_names")).toEqual([
      "u-admin p-demo admin",
      "u-demo p-demo Reader",
      "u-demo p-demo member",
      "u-gone p-demo member",
      "u-two p-demo member",
    ]);
    expect(await shown("user.id=u-two&include_names&effective")).toEqual([
      "u-two p-alt member",
      "u-two p-alt reader",
      "u-two p-demo member",
      "u-two p-demo reader",
    ]);
    const members = await shown(`include_names&effective&role.id=${roleId("member")}`);
    expect(members).toContain("u-admin p-demo member");
    expect(members).toHaveLength(9);
  });

  test("cannot set passwords where another service keeps them", async () => {
    const token = await tokenOf("admin");
    const elsewhere = identityApi(store, { passwordsElsewhere: true });
    const answer = await elsewhere({
      method: "PATCH",
      path: "/v3/users/u-demo",
      headers: { "X-Auth-Token": token },
      body: { user: { password: "x" } },
    });
    expect(answer.status).toBe(403);
  });
});

describe("a token is good no more after", () => {
  const changes: [string, Call][] = [
    [
      "its user is disabled",
      { method: "PATCH", path: "/v3/users/u-demo", body: { user: { enabled: false } } },
    ],
    [
      "its user gets a password",
      { method: "PATCH", path: "/v3/users/u-demo", body: { user: { password: "x" } } },
    ],
    ["its user is deleted", { method: "DELETE", path: "/v3/users/u-demo" }],
    [
      "its project is disabled",
      { method: "PATCH", path: "/v3/projects/p-demo", body: { project: { enabled: false } } },
    ],
    ["its project is deleted", { method: "DELETE", path: "/v3/projects/p-demo" }],
    [
      "a role is taken away",
      { method: "DELETE", path: `/v3/projects/p-demo/users/u-demo/roles/${roleId("member")}` },
    ],
  ];
  test.each(changes)("%s", async (_name, change) => {
    const demo = await tokenOf("demo");
    const alt = await tokenOf("alt", "alt");
    expect(await isGood(demo)).toBe(true);
    const status = (await as(await tokenOf("admin"))(change)).status;
    expect([200, 204]).toContain(status);
    expect(await isGood(demo)).toBe(false);
    const renewed = await api({ method: "POST", path: "/v3/auth/tokens", body: byToken(demo) });
    expect(renewed.status).toBe(401);
    expect(await isGood(alt)).toBe(true);
  });

  test("the user's own change of the password", async () => {
    const demo = await tokenOf("demo");
    const path = "/v3/users/u-demo/password";
    const change = (original: string) =>
      api({ method: "POST", path, body: { user: { original_password: original, password: "new" } } });
    expect((await change("wrong")).status).toBe(401);
    expect(await isGood(demo)).toBe(true);
    expect((await change("demo")).status).toBe(204);
    expect(await isGood(demo)).toBe(false);
    expect((await logIn("demo", "demo", "new")).status).toBe(201);
  });
});
