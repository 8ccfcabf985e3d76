import { randomBytes } from "node:crypto";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { run, succeed } from "./command.ts";
import { digestOf, largeQcow2 } from "./large-image.ts";

let runtime: LocalRuntime;
let file: string;
let sha512: string;
let md5: string;

beforeAll(async () => {
  file = await largeQcow2();
  [sha512, md5] = await Promise.all([digestOf(file, "sha512"), digestOf(file, "md5")]);
  runtime = await startRuntime();
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
});

const cloud = (name: string) => ({
  OS_CLIENT_CONFIG_FILE: join(runtime.home, "clouds.yaml"),
  OS_CLOUD: name,
});
/** The glance CLI knows no clouds.yaml: the variables of the .rc file. */
const rc = (name: string): Record<string, string> => {
  const lines = readFileSync(join(runtime.home, `${name}.rc`), "utf8").split("\n");
  const pairs = lines.flatMap((line) => {
    const [, variable, value] = /^export (\w+)=["']?(.*?)["']?$/.exec(line) ?? [];
    return variable === undefined || value === undefined ? [] : [[variable, value]];
  });
  return Object.fromEntries(pairs);
};

async function shown(id: string): Promise<Record<string, unknown>> {
  const image = JSON.parse(await succeed(`openstack image show -f json ${id}`, cloud("demo"))) as {
    properties: Record<string, unknown>;
  };
  return { ...image, ...image.properties };
}

async function expectStored(id: string) {
  expect(await shown(id)).toMatchObject({
    status: "active",
    checksum: md5,
    os_hash_value: sha512,
    size: statSync(file).size,
    virtual_size: 1100 * 1024 ** 2,
  });
}

async function expectDownload(command: string, environment: Record<string, string>) {
  const out = join(runtime.home, "download");
  await succeed(`${command} --file ${out}`.replace("{file}", out), environment);
  expect(await digestOf(out, "sha512")).toBe(sha512);
  rmSync(out);
}

const speed = (bytes: number, began: number) =>
  `${Math.round(bytes / 1e6 / ((Date.now() - began) / 1000))} MB/s`;

describe("Debian's openstack client", () => {
  it("stores a qcow2 above 1 GiB from a file and gets it back", async () => {
    let began = Date.now();
    const create = `openstack image create -f value -c id --disk-format qcow2 --container-format bare --file ${file} big`;
    const id = await succeed(create, cloud("demo"));
    const up = speed(statSync(file).size, began);
    await expectStored(id);
    expect(await succeed("openstack image list -f value -c Name -c Status", cloud("demo"))).toContain(
      "big active",
    );
    began = Date.now();
    await expectDownload("openstack image save big", cloud("demo"));
    console.log(`openstack: upload ${up}, download ${speed(statSync(file).size, began)}`);
    await expectDownload(`glance image-download ${id}`, rc("demo"));

    expect((await run(`openstack image show ${id}`, cloud("alt"))).status).toBe(1);
    expect((await run(`openstack image delete ${id}`, cloud("alt"))).status).toBe(1);
    await succeed(`openstack image delete ${id}`, cloud("demo"));
    expect(await succeed("openstack image list -f value -c Name", cloud("demo"))).not.toContain("big");
  });

  it("stores from a pipe", async () => {
    const small = join(runtime.home, "small");
    writeFileSync(small, randomBytes(12_000_000));
    // The program as a user starts it; elsewhere it is loaded beforehand.
    const create =
      "/usr/bin/openstack image create -f value -c id --disk-format raw --container-format bare piped";
    const id = await succeed(`cat ${small} | ${create}`, cloud("demo"));
    expect(await shown(id)).toMatchObject({ status: "active", checksum: await digestOf(small, "md5") });
  });

  it("sets properties, and shows what it set", async () => {
    // Without a terminal the client takes stdin for the image's data, here an empty one.
    const create = 'script -qec "openstack image create -f value -c id plain" /dev/null';
    const id = (await succeed(create, cloud("demo"))).trim();
    await succeed(`openstack image set --property colour=red --min-disk 2 --name other ${id}`, cloud("demo"));
    expect(await shown(id)).toMatchObject({ colour: "red", min_disk: 2, name: "other", status: "queued" });
  });

  it("shows why a file is refused, and removes the image", async () => {
    const create = `openstack image create --disk-format vmdk --container-format bare --file ${file} wrong`;
    const { status, stderr } = await run(create, cloud("demo"));
    expect(status).toBe(1);
    expect(stderr).toMatch(/vmdk.*qcow2|qcow2.*vmdk/s);
    expect(await succeed("openstack image list -f value -c Name", cloud("demo"))).not.toContain("wrong");
  });

  it("shows token and catalog", async () => {
    expect(await succeed("openstack token issue -f value -c id", cloud("reader"))).toMatch(/^eyJ/);
    expect(await succeed("openstack catalog list -f value", cloud("reader"))).toContain(runtime.url);
  });
});

describe("Debian's glance client", () => {
  const create = "glance image-create --disk-format qcow2 --container-format bare --name chunked";
  const idOf = (table: string) => /\| id\s+\| (\S+)/.exec(table)?.[1] ?? "";

  it("stores a qcow2 above 1 GiB in chunks and gets it back", async () => {
    const began = Date.now();
    const id = idOf(await succeed(`${create} --file ${file}`, rc("demo")));
    console.log(`glance: upload ${speed(statSync(file).size, began)}`);
    await expectStored(id);
    expect(await succeed("glance image-list", rc("demo"))).toContain("chunked");
    await expectDownload(`glance image-download ${id}`, rc("demo"));
    await succeed(`glance image-delete ${id}`, rc("demo"));
  });

  it("stores from a pipe", async () => {
    const small = join(runtime.home, "piped");
    writeFileSync(small, randomBytes(12_000_000));
    const raw = create.replace("qcow2", "raw");
    const id = idOf(await succeed(`cat ${small} | /usr/bin/${raw}`, rc("demo")));
    expect(await shown(id)).toMatchObject({ status: "active", checksum: await digestOf(small, "md5") });
  });

  it("shows why a file is refused", async () => {
    const wrong = "glance image-create --disk-format vmdk --container-format bare --name wrong";
    const small = join(runtime.home, "small2");
    writeFileSync(small, randomBytes(200_000));
    const { stdout, stderr } = await run(`${wrong} --file ${small}`, rc("demo"));
    expect(`${stdout}${stderr}`).toMatch(/vmdk/);
    expect(`${stdout}${stderr}`).not.toContain("object has no attribute");
  });
});

describe("without the ingress, at the bare API gateway", () => {
  const bare = (name: string) => ({
    ...rc(name),
    OS_AUTH_URL: `${runtime.gatewayUrl}/v3`,
  });
  const withFile = async (bytes: number, name: string) => {
    const path = join(runtime.home, `bare-${bytes}`);
    writeFileSync(path, randomBytes(bytes));
    const options = `--disk-format raw --container-format bare --file ${path}`;
    return {
      path,
      openstack: () => run(`openstack image create -f value -c id ${options} ${name}`, bare("demo")),
      glance: () => run(`glance image-create ${options} --name ${name}`, bare("demo")),
    };
  };

  it("metadata, images up to 4 MiB and downloads work with both clients", async () => {
    const { path, openstack, glance } = await withFile(4 * 1024 ** 2, "four");
    const created = await openstack();
    expect(created.status, created.stderr).toBe(0);
    const id = created.stdout.trim();
    expect((await glance()).stdout).toMatch(/status\s+\| active/);
    const out = join(runtime.home, "bare-download");
    await succeed(`openstack image save --file ${out} ${id}`, bare("demo"));
    expect(await digestOf(out, "md5")).toBe(await digestOf(path, "md5"));
    await succeed(`openstack image set --property a=b ${id}`, bare("demo"));
    expect(await succeed("glance image-list", bare("demo"))).toContain("four");
  });

  it.each([7_000_000, 11_000_000])(
    "an upload of %i bytes is refused with a text that says what to do",
    async (bytes) => {
      const { openstack, glance } = await withFile(bytes, `too-large-${bytes}`);
      for (const { stdout, stderr } of [await openstack(), await glance()]) {
        expect(`${stdout}${stderr}`).toContain("through the ingress");
        expect(`${stdout}${stderr}`).not.toContain("object has no attribute");
      }
      expect(await succeed("openstack image list -f value -c Status -c Name", bare("demo"))).not.toContain(
        `too-large-${bytes} active`,
      );
    },
  );
});
