import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { run, succeed } from "../clients/command.ts";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";

let runtime: LocalRuntime;
beforeAll(async () => {
  runtime = await startRuntime({ environment: { GLANCE_TOKEN_CACHE_TIME: "1" } });
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
});

const cloud = (name: string) => ({
  OS_CLIENT_CONFIG_FILE: join(runtime.home, "clouds.yaml"),
  OS_CLOUD: name,
});
const login = (username: string, password: string, project: string) => ({
  OS_AUTH_URL: `${runtime.url}/v3`,
  OS_USERNAME: username,
  OS_PASSWORD: password,
  OS_PROJECT_NAME: project,
  OS_USER_DOMAIN_NAME: "Default",
  OS_PROJECT_DOMAIN_NAME: "Default",
  OS_IDENTITY_API_VERSION: "3",
});
const openstack = async (words: string, who: Record<string, string>) =>
  JSON.parse(await succeed(`openstack ${words} -f json`, who));
const names = (rows: { Name: string }[]) => rows.map(({ Name }) => Name);

it("shows an admin all projects, users, roles and domains, by name too", async () => {
  const admin = cloud("admin");
  expect(names(await openstack("project list", admin))).toEqual(["admin", "alt", "demo"]);
  expect(names(await openstack("user list", admin))).toEqual(["admin", "alt", "demo", "reader"]);
  expect(names(await openstack("role list", admin))).toEqual(["admin", "member", "reader", "service"]);
  expect(names(await openstack("domain list", admin))).toEqual(["Default"]);
  expect(await openstack("project show demo", admin)).toMatchObject({ name: "demo", enabled: true });
  expect(await openstack("user show demo", admin)).toMatchObject({ name: "demo", domain_id: "default" });
  expect(await openstack("domain show Default", admin)).toMatchObject({ id: "default" });
  expect(await openstack("role show member", admin)).toMatchObject({ name: "member" });
});

it("shows others what is their own", async () => {
  const demo = cloud("demo");
  expect(names(await openstack("project list", demo))).toEqual(["demo"]);
  expect(await openstack("project show demo", demo)).toMatchObject({ name: "demo" });
  expect(await openstack("user show demo", demo)).toMatchObject({ name: "demo" });
  for (const words of ["user list", "user show admin", "project show alt", "project create x"]) {
    expect((await run(`openstack ${words}`, demo)).status, words).not.toBe(0);
  }
});

it("makes a project, a user and a role assignment, and takes them away again", async () => {
  const admin = cloud("admin");
  await openstack("project create --description 'for tests' lab", admin);
  await openstack("user create --password first --email j@example joe", admin);
  expect((await run("openstack token issue", login("joe", "first", "lab"))).status).not.toBe(0);
  await succeed("openstack role add --project lab --user joe member", admin);
  expect(await openstack("role assignment list --user joe --project lab --names", admin)).toEqual([
    expect.objectContaining({ Role: "member", User: "joe@Default", Project: "lab@Default" }),
  ]);
  const joe = login("joe", "first", "lab");
  expect(await openstack("image list", joe)).toEqual([]);

  await succeed("openstack user password set --original-password first --password second", joe);
  expect((await run("openstack token issue", joe)).status).not.toBe(0);
  const again = login("joe", "second", "lab");
  expect(await openstack("image list", again)).toEqual([]);

  await succeed("openstack user set --password third --name joseph joe", admin);
  await succeed("openstack project set --name laboratory lab", admin);
  const renamed = login("joseph", "third", "laboratory");
  await openstack("token issue", renamed);
  await succeed("openstack user set --disable joseph", admin);
  expect((await run("openstack token issue", renamed)).status).not.toBe(0);
  await succeed("openstack user set --enable joseph", admin);
  await openstack("token issue", renamed);
  await succeed("openstack role remove --project laboratory --user joseph member", admin);
  expect((await run("openstack token issue", renamed)).status).not.toBe(0);
  await succeed("openstack user delete joseph", admin);
  await succeed("openstack project delete laboratory", admin);
  expect(names(await openstack("user list", admin))).toEqual(["admin", "alt", "demo", "reader"]);
});

it("makes an application credential that logs in, and is out once it is deleted", async () => {
  const demo = cloud("demo");
  const made = await openstack("application credential create --role reader ci", demo);
  expect(made).toMatchObject({ name: "ci", roles: "reader", unrestricted: false });
  expect(names(await openstack("application credential list", demo))).toEqual(["ci"]);
  const shown = await openstack("application credential show ci", demo);
  expect(shown.id).toBe(made.id);
  expect(JSON.stringify(shown)).not.toContain(made.secret);

  const credential = {
    OS_AUTH_TYPE: "v3applicationcredential",
    OS_AUTH_URL: `${runtime.url}/v3`,
    OS_APPLICATION_CREDENTIAL_ID: made.id,
    OS_APPLICATION_CREDENTIAL_SECRET: made.secret,
    OS_IDENTITY_API_VERSION: "3",
  };
  const token = await openstack("token issue", credential);
  expect(token.project_id).toBe(made.project_id);
  await openstack("image list", credential);
  // Restricted: it makes no others.
  expect((await run("openstack application credential create more", credential)).status).not.toBe(0);

  const images = () =>
    fetch(`${runtime.url}/v2/images`, { headers: { "X-Auth-Token": token.id } }).then(({ status }) => status);
  expect(await images()).toBe(200);
  await succeed("openstack application credential delete ci", demo);
  expect((await run("openstack token issue", credential)).status).not.toBe(0);
  await expect.poll(images, { timeout: 10_000 }).toBe(401);
});

it("issues a token and shows the catalog", async () => {
  expect(await openstack("token issue", cloud("demo"))).toHaveProperty("project_id");
  expect(names(await openstack("catalog list", cloud("demo")))).toEqual(["glance", "keystone"]);
});

it("revokes a token, which all functions refuse then", async () => {
  const demo = cloud("demo");
  const { id } = await openstack("token issue", demo);
  const list = () => fetch(`${runtime.url}/v2/images`, { headers: { "X-Auth-Token": id } });
  expect((await list()).status).toBe(200);
  expect((await run(`openstack token revoke ${id}`, cloud("alt"))).status).not.toBe(0);
  await succeed(`openstack token revoke ${id}`, demo);
  expect((await run(`openstack token revoke ${id}`, demo)).stderr).toContain("404");
  await expect.poll(async () => (await list()).status, { timeout: 10_000 }).toBe(401);
});
