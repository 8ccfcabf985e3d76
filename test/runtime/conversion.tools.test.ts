import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { policyStatements } from "../../infra/constructs/access-policy.ts";
import { programs } from "../../infra/functions/programs.ts";
import { eachAtOnce } from "../../shared/each-at-once.ts";
import { queueArns } from "../infra/queue-arns.ts";
import { type ImageClient, logIn } from "./image-client.ts";
import { type LocalRuntime, startRuntime } from "./local-runtime.ts";

/** The import plugin image_conversion with real qemu-img, by a converter that has its role's rights and no others. */
const folder = mkdtempSync(join(tmpdir(), "glance-conversion-"));
const octets = { "Content-Type": "application/octet-stream" };
const CAP = 1_000_000_000;
let runtime: LocalRuntime;
let demo: ImageClient;

beforeAll(async () => {
  runtime = await startRuntime({
    environment: {
      GLANCE_IMAGE_IMPORT_PLUGINS: "inject_image_metadata,image_decompression,image_conversion",
      GLANCE_IMAGE_CONVERTERS: "1",
      GLANCE_INJECT: "origin:imported",
      GLANCE_IMAGE_SIZE_CAP: String(CAP),
    },
  });
  demo = await logIn(runtime.url, "demo");
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const path = () => join(folder, randomBytes(8).toString("hex"));
const qemuImg = (...words: string[]) => execFileSync("qemu-img", words, { encoding: "utf8" });
const scratch = () => join(runtime.home, "volumes/converter/scratch");
const workshops = () => readdirSync(scratch()).filter((name) => name !== "name");
const until = (check: () => Promise<void> | void) => vi.waitFor(check, { timeout: 60_000, interval: 20 });

function imageOf(disk: Uint8Array, format: string, ...options: string[]): string {
  const [plain, made] = [path(), path()];
  writeFileSync(plain, disk);
  qemuImg("convert", "-f", "raw", "-O", format, ...options, plain, made);
  return made;
}

async function imported(data: Uint8Array, disk_format: string): Promise<string> {
  const id = await demo.create({ disk_format, container_format: "bare" });
  const staged = await demo.fetch(`/v2/images/${id}/stage`, { method: "PUT", headers: octets, body: data });
  expect(staged.status).toBe(204);
  const body = JSON.stringify({ method: { name: "glance-direct" } });
  expect((await demo.fetch(`/v2/images/${id}/import`, { method: "POST", body })).status).toBe(202);
  return id;
}

const taskOf = async (id: string) =>
  (
    (await (await demo.fetch(`/v2/images/${id}/tasks`)).json()) as {
      tasks: { status: string; message: string }[];
    }
  ).tasks[0];
const isActive = (id: string) =>
  until(async () => expect(await demo.show(id)).toMatchObject({ status: "active" }));

async function refused(id: string): Promise<string> {
  await until(async () => expect((await taskOf(id))?.status).toBe("failure"));
  expect(await demo.show(id)).toMatchObject({ status: "queued", size: null });
  expect(await demo.show(id)).not.toHaveProperty("origin");
  return (await taskOf(id))?.message ?? "";
}

const disk = Buffer.concat([randomBytes(3_000_000), Buffer.alloc(2_000_000), randomBytes(1_291_456)]);

describe("an import", () => {
  const written: readonly (readonly [string, string, readonly string[]])[] = [
    ["qcow2", "qcow2", ["-c"]],
    ["vmdk", "vmdk", ["-o", "subformat=streamOptimized"]],
    ["vdi", "vdi", []],
    ["vhd", "vpc", ["-o", "force_size=on"]],
    ["vhdx", "vhdx", []],
  ];

  it("of any format becomes the same disk as raw, also where several wait for a converter", async () => {
    await eachAtOnce(written, written.length, async ([declared, format, options]) => {
      const file = imageOf(disk, format, ...options);
      const id = await imported(readFileSync(file), declared);
      await isActive(id);
      const image = await demo.show(id);
      const data = await demo.download(id);
      const result = path();
      writeFileSync(result, data);
      qemuImg("compare", "-f", format, "-F", "raw", file, result);
      expect(image).toMatchObject({
        ...{ disk_format: "raw", container_format: "bare", origin: "imported" },
        ...{ size: data.length, virtual_size: data.length },
        checksum: createHash("md5").update(data).digest("hex"),
        os_hash_value: createHash("sha512").update(data).digest("hex"),
      });
      expect(await taskOf(id)).toMatchObject({ status: "success", message: "" });
    });
  });

  it("of compressed data is decompressed before it is converted", async () => {
    const id = await imported(gzipSync(readFileSync(imageOf(disk, "qcow2"))), "qcow2");
    await isActive(id);
    expect(disk.equals(await demo.download(id))).toBe(true);
  });

  it("of raw is left as it is", async () => {
    const id = await imported(disk, "raw");
    await isActive(id);
    expect(await demo.show(id)).toMatchObject({ size: disk.length, disk_format: "raw" });
  });

  it("of what is not whole in itself, not what it says or too large as a disk is refused", async () => {
    const [base, overlay, bomb] = [imageOf(disk, "qcow2"), path(), path()];
    qemuImg("create", "-q", "-f", "qcow2", "-b", base, "-F", "qcow2", overlay);
    expect(await refused(await imported(readFileSync(overlay), "qcow2"))).toMatch(/has a backing file/);
    qemuImg("create", "-q", "-f", "qcow2", bomb, "60T");
    expect(await refused(await imported(readFileSync(bomb), "qcow2"))).toMatch(
      /has 65970697666560 bytes, which it would have as raw: this service takes at most 1000000000/,
    );
    expect(await refused(await imported(disk, "vmdk"))).toMatch(/does not match stream data/);
    // Cut off in the middle: nobody but qemu-img sees that.
    const cut = readFileSync(base).subarray(0, 1_000_000);
    expect(await refused(await imported(cut, "qcow2"))).toMatch(/^The check of the data/);
    expect(workshops()).toEqual([]);
  });
});

/** Its process, while it lives. */
function converterPid(): number {
  const starter = JSON.parse(readFileSync(join(runtime.home, "runtime.json"), "utf8")).pid;
  const children = execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(starter)], { encoding: "utf8" });
  const line = children.split("\n").find((one) => /node\S* index\.mjs/.test(one));
  return Number(line?.trim().split(" ")[0]);
}

describe("a converter", () => {
  const large = randomBytes(48 * 1024 ** 2);
  let compressed: Buffer;
  beforeAll(() => {
    compressed = readFileSync(imageOf(large, "qcow2", "-c"));
  });
  const isConverting = () =>
    until(() => expect(workshops().some((name) => existsSync(join(scratch(), name, "result")))).toBe(true));

  it("that is killed in its middle is followed by another, which begins again at once", async () => {
    const id = await imported(compressed, "qcow2");
    await isConverting();
    const pid = converterPid();
    process.kill(pid, "SIGKILL");
    await isActive(id);
    expect(converterPid()).not.toBe(pid);
    expect(large.equals(await demo.download(id))).toBe(true);
    expect(workshops()).toEqual([]);
  });

  it("stops when the image is deleted, and leaves nothing", async () => {
    const id = await imported(compressed, "qcow2");
    await isConverting();
    expect((await demo.fetch(`/v2/images/${id}`, { method: "DELETE" })).status).toBe(204);
    await until(() => expect(workshops()).toEqual([]));
    expect((await demo.fetch(`/v2/images/${id}`)).status).toBe(404);
  });
});

it("the converter is denied nothing, and uses all that it may", () => {
  const calls = readFileSync(join(runtime.home, "log", "aws-calls.log"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { principal: string; actions: string[]; error?: string });
  const own = calls.filter(({ principal }) => principal === "converter");
  expect(own.filter(({ error }) => error?.startsWith("AccessDenied"))).toEqual([]);
  const arns = { table: "t", bucket: "b", queues: queueArns((name) => name), tokenKey: "k", eventBus: "e" };
  const granted = policyStatements(programs.converter.access, arns).flatMap(({ Action }) => Action);
  const used = new Set(own.flatMap(({ actions }) => actions));
  // Only while a conversion takes minutes, and after one that failed.
  used.add("sqs:ChangeMessageVisibility");
  expect(granted.filter((action) => !used.has(action))).toEqual([]);
});
