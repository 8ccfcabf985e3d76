import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { logIn } from "../runtime/image-client.ts";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { clientsOf } from "./clients-of.ts";

let runtime: LocalRuntime;
let clients: ReturnType<typeof clientsOf>;
let folder: string;
let file: string;

const stores = [
  { id: "fast", type: "s3", description: "Fast", weight: 10 },
  { id: "cheap", type: "s3" },
];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "stores-"));
  file = join(folder, "disk.raw");
  writeFileSync(file, randomBytes(300_000));
  runtime = await startRuntime({
    environment: { GLANCE_ENABLED_BACKENDS: JSON.stringify(stores), GLANCE_DEFAULT_BACKEND: "fast" },
  });
  clients = clientsOf(runtime.home);
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
  if (folder !== undefined) rmSync(folder, { recursive: true });
});

const formats = "--disk-format raw --container-format bare";
/** A value of one of the tables that both clients print. */
const cell = (table: string, name: string): string =>
  new RegExp(`^\\| ${name} +\\| (.*?) +\\|$`, "m").exec(table)?.[1] ?? "";

async function expectStored(id: string, store: string): Promise<void> {
  expect(await clients.shown("demo", id)).toMatchObject({ status: "active", stores: store, size: 300_000 });
  const out = join(folder, "download");
  await clients.glance("demo", `image-download --file ${out} ${id}`);
  expect(readFileSync(out).equals(readFileSync(file))).toBe(true);
  rmSync(out);
}

describe("Debian's glance", () => {
  it("lists the stores, with details for admins", async () => {
    const listed = await clients.glance("demo", "stores-info");
    for (const word of ["fast", "cheap", "Fast", "default"]) expect(listed).toContain(word);
    const detailed = await clients.glance("admin", "stores-info --detail");
    for (const word of ["s3", "weight", "10", "properties"]) expect(detailed).toContain(word);
    expect(await clients.refused("demo", "glance stores-info --detail")).toContain("403");
  });

  it("creates an image in the store that is chosen, and in the default one", async () => {
    for (const [option, store] of [
      ["--store cheap", "cheap"],
      ["", "fast"],
    ] as const) {
      const created = await clients.glance("demo", `image-create --file ${file} ${formats} ${option}`);
      await expectStored(cell(created, "id"), store);
      expect(cell(created, "stores")).toBe(store);
    }
  });

  it("uploads into an image at the store that is chosen", async () => {
    // Without a terminal both clients take their standard input for data, an empty one too.
    const id = await (await logIn(runtime.url, "demo")).create();
    await clients.glance("demo", `image-upload --file ${file} --store cheap ${id}`);
    await expectStored(id, "cheap");
  });

  it("says which store there is not, and which data is in no other one", async () => {
    const id = cell(await clients.glance("demo", `image-create --file ${file} ${formats}`), "id");
    const unknown = `glance image-create --file ${file} ${formats} --store nowhere`;
    expect(await clients.refused("demo", unknown)).toContain("nowhere");
    expect(await clients.refused("admin", `glance stores-delete --store fast ${id}`)).toContain("only store");
    expect(await clients.refused("demo", `glance stores-delete --store fast ${id}`)).toContain("403");
    expect(await clients.refused("admin", `glance stores-delete --store cheap ${id}`)).toContain("403");
  });

  it("keeps working after it has kept the schema, which old ones do with a token and a URL", async () => {
    const home = join(folder, "home");
    const token = (await clients.openstack("demo", "token issue -f value -c id")).trim();
    const bare = `HOME=${home} env -u OS_AUTH_URL -u OS_USERNAME -u OS_PASSWORD -u OS_PROJECT_NAME OS_AUTH_TOKEN=${token} OS_IMAGE_URL=${runtime.url} /usr/bin/glance`;
    for (let time = 1; time <= 2; time++) {
      expect(await clients.command("demo", `${bare} image-list`)).toContain("| ID");
      expect(await clients.command("demo", `${bare} stores-info`)).toContain("cheap");
    }
    const created = await clients.command(
      "demo",
      `${bare} image-create --file ${file} ${formats} --store cheap`,
    );
    await expectStored(cell(created, "id"), "cheap");
  });
});

it("Debian's openstack creates an image in the default store and shows where it is", async () => {
  const id = await clients.openstack("demo", `image create --file ${file} ${formats} -f value -c id disk`);
  await expectStored(id.trim(), "fast");
});

it("imagectl uploads to a store, and lists them", async () => {
  const imagectl = (user: "demo" | "admin", words: string) =>
    clients.command(
      user,
      `cd ${process.cwd()} && OS_CLIENT_CONFIG_FILE=${runtime.home}/clouds.yaml ` +
        `node client/imagectl.ts --os-cloud ${user} ${words}`,
    );
  const uploaded = JSON.parse(
    await imagectl("demo", `upload ${file} --disk-format raw --store cheap --quiet --json`),
  );
  await expectStored(uploaded.image_id, "cheap");
  const streamed = JSON.parse(
    await imagectl("demo", `upload - --disk-format raw --store cheap --quiet --json <${file}`),
  );
  await expectStored(streamed.image_id, "cheap");
  expect(JSON.parse(await imagectl("demo", "store list --json"))).toEqual([
    { id: "fast", description: "Fast", default: "true" },
    { id: "cheap" },
  ]);
  expect(await imagectl("admin", "store list --long")).toMatch(/fast +default +Fast +s3 +10/);
});
