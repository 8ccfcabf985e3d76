import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { type ClientUser, clientsOf } from "./clients-of.ts";

let runtime: LocalRuntime;
let disk: string;
let altProject: string;
let openstack: ReturnType<typeof clientsOf>["openstack"];
let glance: ReturnType<typeof clientsOf>["glance"];
let refused: ReturnType<typeof clientsOf>["refused"];
let names: ReturnType<typeof clientsOf>["names"];

beforeAll(async () => {
  runtime = await startRuntime();
  ({ openstack, glance, refused, names } = clientsOf(runtime.home));
  disk = join(runtime.home, "disk.raw");
  writeFileSync(disk, Buffer.alloc(2_000_000, 7));
  altProject = await openstack("alt", "token issue -f value -c project_id");
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
});

async function create(user: ClientUser, name: string, options = ""): Promise<string> {
  const data = `--disk-format raw --container-format bare --file ${disk}`;
  return openstack(user, `image create -f value -c id ${data} ${options} ${name}`);
}

describe("Debian's openstack client", () => {
  it("creates a public image with minimal disk and memory, which everybody lists and shows", async () => {
    const id = await create("admin", "cirros", "--public --min-disk 3 --min-ram 64 --property os_distro=x");
    expect(await names("alt")).toContain("cirros");
    const shown = JSON.parse(await openstack("alt", `image show -f json ${id}`)) as Record<string, unknown>;
    expect(shown).toMatchObject({ visibility: "public", min_disk: 3, min_ram: 64, status: "active" });
    expect(JSON.stringify(shown)).toContain('"os_distro": "x"'.replace(" ", ""));
    expect(await refused("demo", `openstack image create --public --file ${disk} mine`)).toContain("403");
    await openstack("admin", `image delete ${id}`);
    expect(await names("alt")).not.toContain("cirros");
  });

  it("shares an image: add project, accept, remove project", async () => {
    const id = await create("demo", "shared", "--shared");
    expect(await refused("alt", `openstack image show ${id}`)).toMatch(/No Image found|not found/i);
    await openstack("demo", `image add project ${id} ${altProject}`);
    expect(await openstack("demo", `image member list -f value ${id}`)).toContain(altProject);
    expect(await names("alt")).not.toContain("shared");
    expect(await names("alt", "--shared --member-status pending")).toContain("shared");
    await openstack("alt", `image set --accept ${id}`);
    expect(await names("alt")).toContain("shared");
    await openstack("alt", `image save --file ${disk}.copy ${id}`);
    expect(readFileSync(`${disk}.copy`).equals(readFileSync(disk))).toBe(true);
    await openstack("alt", `image set --reject ${id}`);
    expect(await names("alt")).not.toContain("shared");
    await openstack("alt", `image set --pending ${id}`);
    expect(await names("alt", "--shared --member-status pending")).toContain("shared");
    await openstack("demo", `image remove project ${id} ${altProject}`);
    await refused("alt", `openstack image show ${id}`);
    expect(await openstack("demo", `image member list -f value ${id}`)).toBe("");
    // An admin may look projects up by name.
    await openstack("admin", `image add project ${id} alt`);
    expect(await openstack("admin", `image member list -f value ${id}`)).toContain(`${altProject} pending`);
    await openstack("admin", `image remove project ${id} alt`);
    expect(await refused("alt", `openstack image remove project ${id} demo`)).toMatch(
      /No Image found|not found/i,
    );
  });

  it("finds images by status, tag, property, name and size, and sorts them", async () => {
    const first = await create("demo", "find-b", "--tag blue --tag big --property hw_disk_bus=scsi");
    await create("demo", "find-a", "--tag blue");
    expect(await names("demo", "--tag blue --tag big")).toEqual(["find-b"]);
    expect(await names("demo", "--property hw_disk_bus=scsi")).toEqual(["find-b"]);
    expect(await names("demo", "--name find-a")).toEqual(["find-a"]);
    expect(await names("demo", "--tag blue --sort name:desc")).toEqual(["find-b", "find-a"]);
    expect(await names("demo", "--tag blue --sort size:asc,name:asc")).toEqual(["find-a", "find-b"]);
    expect(await names("demo", "--status queued --tag blue")).toEqual([]);
    await openstack("demo", `image unset --tag big --property hw_disk_bus ${first}`);
    expect(await names("demo", "--tag big")).toEqual([]);
  });

  it("protects, hides, deactivates and reactivates", async () => {
    const id = await create("demo", "guarded", "--protected");
    expect(await refused("demo", `openstack image delete ${id}`)).toContain("403");
    await openstack("demo", `image set --unprotected --hidden ${id}`);
    expect(await names("demo")).not.toContain("guarded");
    expect(await names("demo", "--hidden")).toContain("guarded");
    await openstack("demo", `image set --deactivate ${id}`);
    expect(await openstack("demo", `image show -f value -c status ${id}`)).toBe("deactivated");
    await refused("demo", `openstack image save --file ${disk}.copy ${id}`);
    await openstack("demo", `image set --activate ${id}`);
    await openstack("demo", `image save --file ${disk}.copy ${id}`);
    await openstack("demo", `image delete ${id}`);
  });
});

describe("Debian's glance client", () => {
  it("shares an image with member-create, member-update, member-list and member-delete", async () => {
    const id = await create("demo", "by-glance", "--shared");
    expect(await glance("demo", `member-create ${id} ${altProject}`)).toContain("pending");
    expect(await glance("alt", `member-update ${id} ${altProject} accepted`)).toContain("accepted");
    expect(await glance("demo", `member-list --image-id ${id}`)).toContain(altProject);
    expect(await glance("alt", "image-list --visibility shared --member-status accepted")).toContain(id);
    await glance("demo", `member-delete ${id} ${altProject}`);
    await refused("alt", `glance image-show ${id}`);
  });

  it("tags, updates, deactivates and reactivates", async () => {
    const id = await create("demo", "tagged");
    await glance("demo", `image-tag-update ${id} red/green`.replace("/", "-"));
    expect(await glance("demo", `image-show ${id}`)).toContain("red-green");
    await glance("demo", `image-tag-delete ${id} red-green`);
    await glance("demo", `image-update --property colour=red --min-ram 128 ${id}`);
    expect(await glance("demo", `image-show ${id}`)).toMatch(/colour\s+\| red/);
    await glance("demo", `image-update --remove-property colour ${id}`);
    expect(await glance("demo", `image-show ${id}`)).not.toContain("colour");
    await glance("demo", `image-deactivate ${id}`);
    expect(await glance("demo", `image-show ${id}`)).toMatch(/status\s+\| deactivated/);
    await glance("demo", `image-reactivate ${id}`);
    expect(await glance("demo", "image-list --sort name:asc --page-size 2")).toContain("tagged");
  });
});
