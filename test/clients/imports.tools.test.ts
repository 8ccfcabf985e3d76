import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../client/imagectl-process.ts";
import { hashOf, type Publisher, startPublisher } from "../client/mirror/publisher.ts";
import { logIn } from "../runtime/image-client.ts";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { type ClientUser, clientsOf } from "./clients-of.ts";

let runtime: LocalRuntime;
let clients: ReturnType<typeof clientsOf>;
let publisher: Publisher;
let folder: string;
/** More than API Gateway takes in one request: the ingress has to send it in parts. */
const bytes = randomBytes(12_000_000);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "imports-"));
  writeFileSync(join(folder, "disk.raw"), bytes);
  publisher = await startPublisher();
  publisher.put("/disk.raw", bytes);
  runtime = await startRuntime({
    environment: {
      GLANCE_ENABLED_BACKENDS: JSON.stringify([
        { id: "fast", type: "s3" },
        { id: "cheap", type: "s3" },
      ]),
      GLANCE_DEFAULT_BACKEND: "fast",
      GLANCE_IMPORT_ALLOWED_NETWORKS: "127.0.0.1/32",
      GLANCE_ALLOWED_PORTS: new URL(publisher.url).port,
    },
  });
  clients = clientsOf(runtime.home);
});
afterAll(async () => {
  await publisher?.close();
  await runtime?.stop();
  runtime?.remove();
  if (folder !== undefined) rmSync(folder, { recursive: true });
});

const formats = "--disk-format raw --container-format bare";
const file = () => join(folder, "disk.raw");
const source = () => `${publisher.url}/disk.raw`;
/** A value of one of the tables that both clients print. */
const cell = (table: string, name: string): string =>
  new RegExp(`^\\| ${name} +\\| (.*?) +\\|$`, "m").exec(table)?.[1] ?? "";
const queued = async () => (await logIn(runtime.url, "demo")).create();

/** The import's end: the whole image, in these stores. */
async function expectImported(id: string, stores: string, user: ClientUser = "demo"): Promise<void> {
  const image = await until(async () => {
    const shown = await clients.shown(user, id);
    return shown.status === "active" && shown.os_glance_import_task === undefined ? shown : undefined;
  });
  expect(image).toMatchObject({ size: bytes.length, checksum: hashOf("md5", bytes), stores });
}

describe("Debian's glance", () => {
  it("knows the methods", async () => {
    // It breaks lines where it likes.
    const said = (await clients.glance("demo", "import-info")).replace(/[\s|]+/g, "");
    for (const word of ["glance-direct", "web-download", "copy-image"]) expect(said).toContain(word);
  });

  it("creates images by import, of a file and of a URL", async () => {
    const direct = await clients.glance("demo", `image-create-via-import ${formats} --name d < ${file()}`);
    await expectImported(cell(direct, "id"), "fast");
    const web = `image-create-via-import ${formats} --import-method web-download --uri ${source()} --store cheap`;
    // It takes a URL at a terminal only.
    const shown = await clients.command("demo", `script -qec '/usr/bin/glance ${web}' /dev/null`);
    await expectImported(cell(shown.replaceAll("\r", ""), "id"), "cheap");
  });

  it("stages, imports, copies, and shows the tasks", async () => {
    const id = await queued();
    await clients.glance("demo", `image-stage --file ${file()} ${id}`);
    await clients.glance("demo", `image-import ${id} --import-method glance-direct --all-stores True`);
    await expectImported(id, "fast,cheap");
    const other = await queued();
    await clients.glance("demo", `image-import ${other} --import-method web-download --uri ${source()}`);
    await expectImported(other, "fast");
    await clients.glance("admin", `image-import ${other} --import-method copy-image --stores cheap`);
    await expectImported(other, "fast,cheap");
    expect(await clients.glance("demo", `image-tasks ${other}`)).toContain("success");
    const tasks = await clients.glance("admin", "task-list");
    expect(tasks).toContain("api_image_import");
    const [, task = ""] = /^\| ([0-9a-f-]{36}) \|/m.exec(tasks) ?? [];
    expect(cell(await clients.glance("admin", `task-show ${task}`), "status")).toBe("success");
    expect(await clients.refused("demo", "glance task-list")).toContain("403");
  });

  it("is told why a URL is refused, and what failed", async () => {
    const id = await queued();
    const refused = `glance image-import ${id} --import-method web-download --uri http://127.0.0.1:1/x`;
    expect(await clients.refused("demo", refused)).toContain("400");
    await clients.glance(
      "demo",
      `image-import ${id} --import-method web-download --uri ${publisher.url}/none`,
    );
    const said = await until(async () => {
      const tasks = await clients.glance("demo", `image-tasks ${id}`);
      return tasks.includes("failure") ? tasks.replace(/[\s|]+/g, "") : undefined;
    });
    expect(said).toContain("answers404");
    expect(await clients.shown("demo", id)).toMatchObject({ status: "queued" });
  });
});

describe("Debian's openstack", () => {
  it("creates an image by import", async () => {
    const made = await clients.openstack(
      "demo",
      `image create --import --file ${file()} ${formats} imported`,
    );
    await expectImported(cell(made, "id"), "fast");
  });

  it("imports through its SDK, staged data and URLs", async () => {
    const script = [
      "import openstack, sys",
      "c = openstack.connect()",
      `kwargs = dict(disk_format="raw", container_format="bare")`,
      "one = c.image.create_image('sdk-file', filename=sys.argv[1], use_import=True, **kwargs)",
      "two = c.image.create_image('sdk-url', **kwargs)",
      "c.image.import_image(two, method='web-download', uri=sys.argv[2])",
      "print(one.id, two.id)",
    ].join("\n");
    writeFileSync(join(folder, "sdk.py"), script);
    const command = `/usr/bin/python3 ${join(folder, "sdk.py")} ${file()} ${source()}`;
    const [one = "", two = ""] = (await clients.command("demo", command)).split(" ");
    for (const id of [one, two]) await expectImported(id, "fast");
    const out = join(folder, "download");
    await clients.glance("demo", `image-download --file ${out} ${two}`);
    expect(readFileSync(out).equals(bytes)).toBe(true);
  });
});
