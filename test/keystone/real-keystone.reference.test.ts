import { randomBytes } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run, succeed } from "../clients/command.ts";
import { digestOf } from "../clients/large-image.ts";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";

/** The real Keystone of test/reference/stack/up.sh, or another one with the same users. */
const authUrl = process.env.TEST_KEYSTONE_URL ?? "http://127.0.0.1:5000/v3";
const cacheSeconds = 3;

let runtime: LocalRuntime;
let region: string;
let file: string;

const user = (name: string, project = name): Record<string, string> => ({
  OS_AUTH_URL: authUrl,
  OS_USERNAME: name,
  OS_PASSWORD: name,
  OS_PROJECT_NAME: project,
  OS_USER_DOMAIN_NAME: "Default",
  OS_PROJECT_DOMAIN_NAME: "Default",
  OS_IDENTITY_API_VERSION: "3",
  OS_REGION_NAME: region,
});
const [admin, demo, alt, reader] = [
  () => user("admin"),
  () => user("demo"),
  () => user("alt"),
  () => user("demo-reader", "demo"),
];

/** Where the Keystone itself is in the catalog. */
const operator = () => ({ ...admin(), OS_REGION_NAME: "RegionOne" });

beforeAll(async () => {
  runtime = await startRuntime({
    environment: {
      GLANCE_KEYSTONE_AUTH_URL: authUrl,
      GLANCE_KEYSTONE_USERNAME: "glance",
      GLANCE_KEYSTONE_PASSWORD: "glance",
      GLANCE_KEYSTONE_PROJECT_NAME: "service",
      GLANCE_TOKEN_CACHE_TIME: String(cacheSeconds),
    },
  });
  // In a catalog of its own region, so that the clients find this service and no other.
  region = `Region${runtime.port}`;
  await succeed(
    `openstack region create ${region} && openstack endpoint create --region ${region} image public ${runtime.url}`,
    operator(),
  );
  file = join(runtime.home, "image");
  writeFileSync(file, randomBytes(9_000_000));
});
afterAll(async () => {
  if (region) {
    const ids = `openstack endpoint list --region ${region} -f value -c ID`;
    await run(`openstack endpoint delete $(${ids}); openstack region delete ${region}`, operator());
  }
  await runtime?.stop();
  runtime?.remove();
});

describe("Debian's openstack client with a Keystone that was there before", () => {
  it("creates, lists, shows, sets, saves and deletes", async () => {
    const create = `openstack image create -f value -c id --disk-format raw --container-format bare --file ${file} one`;
    const id = await succeed(create, demo());
    expect(await succeed("openstack image list -f value -c Name -c Status", demo())).toContain("one active");
    const shown = JSON.parse(await succeed(`openstack image show -f json ${id}`, demo()));
    expect(shown).toMatchObject({ status: "active", checksum: await digestOf(file, "md5") });
    expect(shown.owner).toBe(await succeed("openstack project show -f value -c id demo", operator()));
    await succeed(`openstack image set --property colour=red ${id}`, demo());
    const out = join(runtime.home, "saved");
    await succeed(`openstack image save --file ${out} ${id}`, demo());
    expect(readFileSync(out).equals(readFileSync(file))).toBe(true);
    rmSync(out);

    expect((await run(`openstack image show ${id}`, alt())).status).toBe(1);
    expect((await run(`openstack image delete ${id}`, reader())).stderr).toContain("403");
    expect(await succeed(`openstack image show -f value -c name ${id}`, reader())).toBe("one");
    expect(await succeed(`openstack image show -f value -c name ${id}`, admin())).toBe("one");
    await succeed(`openstack image delete ${id}`, demo());
    expect(await succeed("openstack image list -f value -c Name", demo())).not.toContain("one");
  });
});

describe("Debian's glance client", () => {
  it("creates, lists, shows, updates, downloads and deletes", async () => {
    const create = `glance image-create --disk-format raw --container-format bare --name two --file ${file}`;
    const id = /\| id\s+\| (\S+)/.exec(await succeed(create, demo()))?.[1] ?? "";
    expect(await succeed("glance image-list", demo())).toContain("two");
    await succeed(`glance image-update --property colour=blue ${id}`, demo());
    expect(await succeed(`glance image-show ${id}`, demo())).toMatch(/colour\s+\| blue/);
    const out = join(runtime.home, "downloaded");
    await succeed(`glance image-download --file ${out} ${id}`, demo());
    expect(await digestOf(out, "sha512")).toBe(await digestOf(file, "sha512"));
    await succeed(`glance image-delete ${id}`, demo());
  });
});

describe("a token", () => {
  const list = async (token: string): Promise<number> => {
    const response = await fetch(`${runtime.url}/v2/images`, { headers: { "X-Auth-Token": token } });
    return response.status;
  };
  const issue = "openstack token issue -f value -c id";

  it("that was revoked is out after the cache time", async () => {
    const token = await succeed(issue, demo());
    expect(await list(token)).toBe(200);
    await succeed(`openstack token revoke ${token}`, operator());
    await expect.poll(() => list(token), { timeout: (cacheSeconds + 5) * 1000, interval: 500 }).toBe(401);
  });

  it("of no project is refused: unscoped, or for the system", async () => {
    const { OS_PROJECT_NAME: _, OS_PROJECT_DOMAIN_NAME: __, ...unscoped } = admin();
    const system = await succeed(issue, { ...unscoped, OS_SYSTEM_SCOPE: "all" });
    expect(await list(system)).toBe(403);
    expect(await list(await succeed(issue, unscoped))).toBe(403);
  });

  it("is not taken from the service's own identity", async () => {
    expect((await run("openstack token issue", { ...demo(), OS_AUTH_URL: `${runtime.url}/v3` })).status).toBe(
      1,
    );
  });
});
