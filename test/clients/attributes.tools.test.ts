import { createHash, randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { type ClientUser, clientsOf } from "./clients-of.ts";

let runtime: LocalRuntime;
let clients: ReturnType<typeof clientsOf>;
let disk: string;

beforeAll(async () => {
  runtime = await startRuntime();
  clients = clientsOf(runtime.home);
  disk = join(runtime.home, "disk.raw");
  writeFileSync(disk, Buffer.alloc(1_000_000, 3));
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
});

const create = (user: ClientUser, name: string, options = "") =>
  clients.openstack(
    user,
    `image create -f value -c id --disk-format raw --container-format bare --file ${disk} ${options} ${name}`,
  );

describe("Debian's openstack client", () => {
  it("creates with every option, sets all that can be set, and unsets it", async () => {
    const { openstack, shown, refused } = clients;
    const id = randomUUID();
    const options = "--private --min-disk 1 --min-ram 16 --tag a --tag b --property p=1 --property q=2";
    expect(await create("demo", "first", `--id ${id} ${options}`)).toBe(id);
    expect(await shown("demo", "first")).toMatchObject({
      id,
      status: "active",
      visibility: "private",
      min_disk: 1,
      min_ram: 16,
      size: 1_000_000,
      tags: ["a", "b"],
      p: "1",
      q: "2",
    });
    expect(await refused("demo", `openstack image create --id ${id} --file ${disk} again`)).toContain("409");

    const changes =
      "--name second --community --min-disk 2 --min-ram 32 --tag c --property p=3 --property r=4";
    await openstack("demo", `image set ${changes} --os-distro debian --architecture x86_64 first`);
    const set = { name: "second", visibility: "community", min_disk: 2, min_ram: 32, p: "3", q: "2", r: "4" };
    const second = await shown("demo", id);
    expect(second).toMatchObject({ ...set, os_distro: "debian", architecture: "x86_64" });
    expect([...(second.tags as string[])].sort()).toEqual(["a", "b", "c"]);
    expect(await refused("demo", "openstack image show first")).toMatch(/No Image found|not found/i);

    await openstack("demo", `image unset --tag a --tag c --property p --property os_distro second`);
    const third = await shown("demo", id);
    expect(third).toMatchObject({ tags: ["b"], q: "2", r: "4" });
    expect(Object.keys(third)).not.toEqual(expect.arrayContaining(["p"]));
    expect(Object.keys(third)).not.toEqual(expect.arrayContaining(["os_distro"]));
    expect(await refused("demo", `openstack image unset --property p ${id}`)).toContain("p");
    // Data is there: its format stays.
    expect(await refused("demo", `openstack image set --disk-format qcow2 ${id}`)).toContain("403");
    expect(await refused("reader", `openstack image set --name mine ${id}`)).toContain("403");
    expect(await refused("alt", `openstack image set --name mine ${id}`)).toContain("403");
    expect(await shown("demo", id)).toMatchObject({ name: "second", disk_format: "raw" });
    await openstack("demo", `image delete ${id}`);
  });

  it("lists by visibility and in pages, and deletes several at once", async () => {
    const { openstack, names, refused } = clients;
    await create("admin", "list-public", "--public --tag paged");
    const [first, second] = [
      await create("demo", "list-community", "--community --tag paged"),
      await create("demo", "list-private", "--private --tag paged"),
    ];
    expect(await names("alt", "--public")).toEqual(["list-public"]);
    expect(await names("alt", "--community")).toEqual(["list-community"]);
    expect(await names("alt", "--private")).toEqual([]);
    expect(await names("alt", "--tag paged")).toEqual(["list-public"]);
    expect(await names("demo", "--private")).toEqual(["list-private"]);
    const sorted = ["list-community", "list-private", "list-public"];
    expect(await names("demo", "--tag paged --sort name:asc")).toEqual(sorted);
    // The client sorts by itself: pages go by the service's own order, the newest first.
    expect(await names("demo", "--tag paged --limit 1")).toEqual(["list-private"]);
    expect(await names("demo", `--tag paged --marker ${second}`)).toEqual(["list-community", "list-public"]);
    expect(await names("demo", `--tag paged --marker ${first}`)).toEqual(["list-public"]);
    const long = await openstack("reader", "image list --long -f json --tag paged --name list-private");
    expect(JSON.parse(long)).toEqual([expect.objectContaining({ Size: 1_000_000, Visibility: "private" })]);

    await openstack("demo", `image delete list-community ${second}`);
    expect(await names("demo", "--tag paged")).toEqual(["list-public"]);
    expect(await refused("demo", "openstack image delete list-public")).toContain("403");
    expect(await refused("demo", "openstack image delete nothing")).toContain("1 of 1 images");
    await openstack("admin", "image delete list-public");
  });

  it("gives an image to another project, as an admin", async () => {
    const { openstack, names, shown, refused } = clients;
    const id = await create("admin", "given", "--private --project alt");
    expect(await names("alt", "--private")).toEqual(["given"]);
    expect(await names("admin", "--project alt")).toEqual(["given"]);
    await openstack("admin", `image set --project demo ${id}`);
    expect(await names("alt", "--private")).toEqual([]);
    const demo = await openstack("demo", "token issue -f value -c project_id");
    expect(await shown("demo", id)).toMatchObject({ owner: demo });
    expect(await refused("demo", `openstack image set --project ${demo.replace(/./g, "0")} ${id}`)).toContain(
      "403",
    );
    await openstack("demo", `image delete ${id}`);
  });
});

describe("Debian's glance client", () => {
  const idOf = (table: string) => /\| id\s+\| (\S+)/.exec(table)?.[1] ?? "";
  const isShown = (table: string, name: string) =>
    new RegExp(`\\| ${name}\\s+\\| (.*?)\\s+\\|`).exec(table)?.[1];

  it("creates, uploads, updates every attribute, downloads and deletes", async () => {
    const { glance, refused } = clients;
    const formats = "--disk-format raw --container-format bare";
    const made = await glance(
      "demo",
      `image-create ${formats} --name first --visibility private --min-disk 1 --min-ram 16 --tags a --property p=1 --file ${disk}`,
    );
    const id = idOf(made);
    expect([isShown(made, "status"), isShown(made, "size"), isShown(made, "tags")]).toEqual([
      "active",
      "1000000",
      '["a"]',
    ]);
    const changes =
      "--name second --visibility community --min-disk 2 --min-ram 32 --protected True --hidden True";
    const updated = await glance(
      "demo",
      `image-update ${changes} --os-distro debian --property p=2 --property q=3 ${id}`,
    );
    const expected = {
      name: "second",
      visibility: "community",
      min_disk: "2",
      min_ram: "32",
      protected: "True",
    };
    for (const [name, value] of Object.entries({
      ...expected,
      os_hidden: "True",
      os_distro: "debian",
      p: "2",
      q: "3",
    }))
      expect([name, isShown(updated, name)]).toEqual([name, value]);
    expect(await refused("demo", `glance image-delete ${id}`)).toContain("not permitted");
    const shown = await glance(
      "demo",
      `image-update --protected False --hidden False --remove-property p ${id}`,
    );
    expect([isShown(shown, "protected"), isShown(shown, "p"), isShown(shown, "q")]).toEqual([
      "False",
      undefined,
      "3",
    ]);

    for (const filter of [
      "--property-filter q=3",
      "--tag a --visibility community",
      `--checksum ${isShown(shown, "checksum")}`,
      `--hash ${createHash("sha512").update(readFileSync(disk)).digest("hex")}`,
      `--owner ${isShown(shown, "owner")} --sort-key name --sort-key size --sort-dir asc --page-size 1`,
      "--limit 1 --sort created_at:desc",
    ]) {
      expect(await glance("demo", `image-list ${filter}`), filter).toContain(id);
    }
    expect(await glance("demo", "image-list --property-filter q=4")).not.toContain(id);
    expect(await glance("demo", "image-list --hidden True")).not.toContain(id);

    await glance("demo", `image-download --file ${disk}.copy ${id}`);
    expect(readFileSync(`${disk}.copy`).equals(readFileSync(disk))).toBe(true);
    const second = idOf(await glance("demo", `image-create ${formats} --name other --file ${disk}`));
    await glance("demo", `image-delete ${id} ${second}`);
    expect(await refused("demo", `glance image-show ${id}`)).toContain("404");
    expect(await refused("demo", `glance image-delete ${id}`)).toMatch(/No image with an ID|404/);
  });

  it("uploads into an image that was made without data, stages, and says what there is", async () => {
    const { glance, refused } = clients;
    // Without a terminal the client takes stdin for the image's data.
    const create = `script -qec "glance image-create --name later --disk-format raw --container-format bare" /dev/null`;
    const made = idOf(await clients.command("demo", create));
    expect(isShown(await glance("demo", `image-show ${made}`), "status")).toBe("queued");
    await glance("demo", `image-upload --file ${disk} ${made}`);
    expect(isShown(await glance("demo", `image-show ${made}`), "status")).toBe("active");
    expect(await refused("demo", `glance image-upload --file ${disk} ${made}`)).toContain("409");
    const staged = idOf(await clients.command("demo", create));
    await glance("demo", `image-stage --file ${disk} ${staged}`);
    expect(isShown(await glance("demo", `image-show ${staged}`), "status")).toBe("uploading");
    await glance("demo", `image-delete ${made} ${staged}`);

    expect(await glance("reader", "explain image")).toContain("os_hidden");
    expect(await glance("reader", "import-info")).toContain("import-methods");
    expect(await refused("reader", "glance stores-info")).toContain("Multi Backend support is not enabled");
    expect(await glance("demo", "usage")).toMatch(/Quota\s+\|\s+Limit/);
  });
});
