import { createHash, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { logIn } from "../runtime/image-client.ts";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { clientsOf } from "./clients-of.ts";

let runtime: LocalRuntime;
let clients: ReturnType<typeof clientsOf>;
let nothing: string;
let data: string;

beforeAll(async () => {
  runtime = await startRuntime();
  clients = clientsOf(runtime.home);
  nothing = join(runtime.home, "nothing");
  data = join(runtime.home, "data");
  writeFileSync(nothing, "");
  writeFileSync(data, randomBytes(1_000_000));
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
});

const empty = {
  status: "active",
  size: 0,
  checksum: createHash("md5").digest("hex"),
  os_hash_value: createHash("sha512").digest("hex"),
};
const idOf = (table: string) => /\| id\s+\| (\S+)/.exec(table)?.[1] ?? "";

describe("an empty upload of Debian's clients", () => {
  it.each(["< /dev/null", "--file {nothing}", "--disk-format qcow2 < /dev/null"])(
    "openstack image create %s",
    async (options) => {
      const id = await clients.openstack(
        "demo",
        `image create -f value -c id empty ${options.replace("{nothing}", nothing)}`,
      );
      expect(await clients.shown("demo", id)).toMatchObject(empty);
    },
  );

  it("glance image-create --file", async () => {
    const format = "--disk-format raw --container-format bare";
    const id = idOf(await clients.glance("demo", `image-create --name empty ${format} --file ${nothing}`));
    expect(await clients.shown("demo", id)).toMatchObject(empty);
  });
});

describe("an empty repeat of Debian's clients", () => {
  it("after 401 makes no image of an upload with data", async () => {
    const script = join(import.meta.dirname, "repeated-upload.py");
    const python = (file: string) => clients.command("demo", `/usr/bin/python3 ${script} ${file}`);
    const [outcome, status, id = ""] = (await python(data)).split(" ");
    expect([outcome, status]).toEqual(["HTTPBadRequest", "queued"]);
    await clients.glance("demo", `image-upload --file ${data} ${id}`);
    expect(await clients.shown("demo", id)).toMatchObject({ status: "active", size: 1_000_000 });
    // What was empty in the first place is no accident.
    expect(await python(nothing)).toMatch(/^taken active /);
  });

  it("after a kill in the middle is refused with a reason, and the whole file is taken", async () => {
    const format = "--disk-format raw --container-format bare";
    // Without a terminal the client would take stdin for the data.
    const create = `script -qec "glance image-create --name killed ${format}" /dev/null`;
    const id = idOf(await clients.command("demo", create));
    const pid = join(runtime.home, "pid");
    // The program itself: what is killed must be what sends.
    const feed = `(cat ${data}; exec sleep 30) | (echo $BASHPID > ${pid}; exec /usr/bin/glance image-upload ${id})`;
    const killed = clients.refused("demo", feed);
    const demo = await logIn(runtime.url, "demo");
    const becomes = (status: string) =>
      vi.waitFor(async () => expect((await demo.show(id)).status).toBe(status), {
        timeout: 120_000,
        interval: 200,
      });
    await becomes("saving");
    process.kill(Number(readFileSync(pid, "utf8")), "SIGKILL");
    await becomes("queued");
    expect(await clients.refused("demo", `glance image-upload --file ${nothing} ${id}`)).toContain(
      "repetition",
    );
    expect((await demo.show(id)).status).toBe("queued");
    await clients.glance("demo", `image-upload --file ${data} ${id}`);
    expect(await demo.show(id)).toMatchObject({ status: "active", size: 1_000_000 });
    await killed;
  });
});
