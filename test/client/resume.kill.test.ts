import { randomBytes } from "node:crypto";
import { copyFileSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { logIn } from "../runtime/image-client.ts";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { createMachine, type Machine } from "./imagectl-process.ts";
import { remembered, uploadUnderWay } from "./upload-under-way.ts";

const MIB = 1024 ** 2;
const data = randomBytes(21 * MIB);
const BEGUN = ["--name", "half", "--property", "os_distro=debian", "--part-size", "5M"];

let runtime: LocalRuntime;
let machine: Machine;
const at = (name: string) => join(machine.folder, name);
const cloud = (name: string) => ({
  OS_CLIENT_CONFIG_FILE: join(runtime.home, "clouds.yaml"),
  OS_CLOUD: name,
});

beforeAll(async () => {
  runtime = await startRuntime();
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
});
beforeEach(() => {
  machine = createMachine(cloud("demo"));
  writeFileSync(at("disk.img"), data);
});
afterEach(() => machine.remove());

const slowly = (rate: string) => ["--parallel", "1", "--limit-rate", rate];

/** An upload that Ctrl-C ended when something was stored of it. */
async function broken(...words: string[]) {
  const upload = machine.start("upload", "disk.img", ...words, ...slowly("2M"));
  const ticket = await uploadUnderWay(machine, 1);
  upload.process.kill("SIGINT");
  expect((await upload.ended).code).toBe(3);
  return ticket;
}

it("the same line goes on; another option, another user or --new begin another upload", async () => {
  const begun = await broken(...BEGUN);
  const [listed] = (await machine.json("transfer", "list")) as unknown as Record<string, unknown>[];
  expect(listed).toMatchObject({ file: at("disk.img"), image_id: begun.image_id, state: "open" });
  expect(listed?.stored_bytes).toBeGreaterThanOrEqual(5 * MIB);

  const alt = createMachine({ ...cloud("alt"), HOME: machine.folder });
  const others = [
    await alt.json("upload", at("disk.img"), ...BEGUN),
    await machine.json("upload", "disk.img", "--name", "other"),
    await machine.json("upload", "disk.img", ...BEGUN, "--new"),
  ];
  alt.remove();
  for (const { image_id, sent_bytes } of others) {
    expect(image_id).not.toBe(begun.image_id);
    expect(sent_bytes).toBe(data.length);
  }
  const same = await machine.json("upload", "disk.img", ...BEGUN);
  expect(same).toMatchObject({ image_id: begun.image_id, image_status: "active" });
  expect(same.sent_bytes).toBeLessThan(data.length);
  expect(machine.states()).toEqual([]);
});

it("--resume takes options that are those of the beginning, and no others", async () => {
  const begun = await broken(...BEGUN);
  for (const other of [
    ["--name", "whole"],
    ["--property", "os_distro=fedora"],
    ["--min-disk", "3"],
  ]) {
    const { code, stderr } = await machine.run("upload", "disk.img", "--resume", ...other);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`${other[0]} cannot be changed`)]);
  }
  const resumed = await machine.json("upload", "disk.img", ...BEGUN, "--resume");
  expect(resumed).toMatchObject({ image_id: begun.image_id, image_status: "active" });
});

it("a renamed file is found by what is stored of it; a file with other bytes is not", async () => {
  const begun = await broken(...BEGUN);
  writeFileSync(at("other.img"), randomBytes(data.length));
  expect((await machine.run("upload", "other.img", "--resume")).code).toBe(2);
  renameSync(at("disk.img"), at("renamed.img"));
  utimesSync(at("renamed.img"), 1, 1);
  const resumed = await machine.json("upload", "renamed.img", "--resume");
  expect(resumed).toMatchObject({ image_id: begun.image_id, image_status: "active" });
  expect(resumed.sent_bytes).toBeLessThan(data.length);
});

it("two commands never go on with one upload at a time, and a killed one's lock is waited for", async () => {
  const upload = machine.start("upload", "disk.img", ...BEGUN, ...slowly("64K"));
  await remembered(machine);
  const second = await machine.run("upload", "disk.img", "--resume");
  expect([second.code, second.stderr]).toEqual([1, expect.stringContaining("another imagectl is at it")]);
  upload.process.kill("SIGKILL");
  await upload.ended;
  expect((await machine.run("upload", "disk.img", "--resume")).code).toBe(0);
});

it("an upload that another machine completes meanwhile is done", async () => {
  const upload = machine.start("upload", "disk.img", ...BEGUN, ...slowly("512K"));
  await remembered(machine);
  const there = createMachine({});
  copyFileSync(at("disk.img"), join(there.folder, "disk.img"));
  await machine.json("transfer", "ticket", "disk.img", "--out", join(there.folder, "t"));
  const done = await there.json("upload", "disk.img", "--ticket", "t");
  there.remove();
  expect(done.image_status).toBe("active");
  const { code, stdout } = await upload.ended;
  expect([code, stdout]).toEqual([0, expect.stringContaining(`image ${done.image_id} is active`)]);
  expect(machine.states()).toEqual([]);
});

it("what ended at the service begins anew, under the same line", async () => {
  const begun = await broken(...BEGUN);
  await (await logIn(runtime.url, "demo")).fetch(`/v2/images/${begun.image_id}`, { method: "DELETE" });
  const { code, stderr, stdout } = await machine.run("upload", "disk.img", ...BEGUN);
  expect([code, stderr]).toEqual([0, expect.stringContaining("is over at the service")]);
  expect(stdout).not.toContain(String(begun.image_id));
});

it("a refused format is answered with commands that make the image active", async () => {
  const refused = await machine.run("upload", "disk.img", "--disk-format", "vmdk", "--no-inspect");
  expect(refused.code).toBe(1);
  const [, set = "", upload = ""] =
    /imagectl (image set .*) && imagectl (upload .*)$/m.exec(refused.stderr) ?? [];
  expect(set).toMatch(/ --disk-format raw$/);
  expect((await machine.run(...set.split(" "))).code).toBe(0);
  expect(await machine.json(...upload.split(" "))).toMatchObject({ image_status: "active" });
});

it("--id takes a name, and what is said of the image is not dropped", async () => {
  const demo = await logIn(runtime.url, "demo");
  const id = await demo.create({ name: "waiting", disk_format: "qcow2", min_disk: 1 });
  const said = ["--id", "waiting", "--disk-format", "raw", "--property", "a/b=c", "--min-disk", "2"];
  expect(await machine.json("upload", "disk.img", ...said)).toMatchObject({
    image_id: id,
    image_status: "active",
  });
  expect(await demo.show(id)).toMatchObject({ name: "waiting", disk_format: "raw", "a/b": "c", min_disk: 2 });
});
