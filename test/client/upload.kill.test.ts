import { createHash, randomBytes } from "node:crypto";
import { appendFileSync, copyFileSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { logIn } from "../runtime/image-client.ts";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { createMachine, type Machine, transferTokens, until } from "./imagectl-process.ts";
import { uploadUnderWay } from "./upload-under-way.ts";

const MIB = 1024 ** 2;
/** Five parts, the last of them short; what is sent is hashed and copied several times on its way. */
const data = randomBytes(20 * MIB + 12_345);
const sha512 = createHash("sha512").update(data).digest("hex");
const PART = ["--part-size", "5M"];

let runtime: LocalRuntime;
const machines: Machine[] = [];

/** A machine with `disk.img`; without a cloud it can only use tickets. */
function newMachine(hasCloud = true): Machine {
  const cloud = { OS_CLIENT_CONFIG_FILE: join(runtime.home, "clouds.yaml"), OS_CLOUD: "demo" };
  const machine = createMachine(hasCloud ? cloud : {});
  writeFileSync(join(machine.folder, "disk.img"), data);
  machines.push(machine);
  return machine;
}

beforeAll(async () => {
  runtime = await startRuntime({ environment: { GLANCE_COMPLETION_RECOVERY_DELAY: "1" } });
});
afterAll(async () => {
  for (const machine of machines) machine.remove();
  await runtime?.stop();
  runtime?.remove();
});

const shownTransfer = (machine: Machine) => machine.json("transfer", "show", "disk.img");

/** Starts a slow upload and waits until a few parts are stored. */
async function begun(machine: Machine) {
  const slowly = ["--parallel", "2", "--limit-rate", "3M"];
  const upload = machine.start("upload", "disk.img", ...PART, ...slowly, "--debug");
  const { image_id } = await uploadUnderWay(machine, 2);
  return { upload, image_id };
}

async function expectStored(imageId: unknown): Promise<void> {
  const demo = await logIn(runtime.url, "demo");
  const image = await demo.show(String(imageId));
  expect(image).toMatchObject({ status: "active", size: data.length, os_hash_value: sha512 });
  expect(Buffer.from(await demo.download(String(imageId))).equals(data)).toBe(true);
}

it("a file becomes an active image with its attributes, and nothing is remembered of it", async () => {
  const machine = newMachine();
  const uploaded = await machine.json(
    ...["upload", "disk.img", "--property", "os_distro=debian", "--tag", "nightly", "--private"],
    ...["--min-disk", "3", "--min-ram", "512", "--protected"],
  );
  expect(uploaded).toMatchObject({ image_status: "active", size: data.length, os_hash_value: sha512 });
  expect(await machine.json("image", "show", String(uploaded.image_id))).toMatchObject({
    name: "disk.img",
    disk_format: "raw",
    container_format: "bare",
    os_distro: "debian",
    tags: ["nightly"],
    visibility: "private",
    min_disk: 3,
    min_ram: 512,
    protected: true,
  });
  expect(machine.states()).toEqual([]);
  await expectStored(uploaded.image_id);
});

it("after kill -9 --resume sends only what the store lacks, and no output ever shows a secret", async () => {
  const machine = newMachine();
  const { upload } = await begun(machine);
  upload.process.kill("SIGKILL");
  const { stderr } = await upload.ended;
  const [token = "none"] = transferTokens(machine);
  expect(stderr).toContain("debug: PUT");
  for (const secret of [token, "X-Amz-Signature", "X-Auth-Token", "?"]) expect(stderr).not.toContain(secret);
  expect(statSync(join(machine.stateFolder, machine.states()[0] ?? "")).mode & 0o777).toBe(0o600);

  const shown = await shownTransfer(machine);
  const resumed = await machine.json("upload", "disk.img", "--resume");
  expect(resumed.sent_bytes).toBe(data.length - (shown.stored_bytes as number));
  await expectStored(resumed.image_id);
});

it("Ctrl-C leaves a resumable upload and says how to go on", async () => {
  const machine = newMachine();
  const { upload } = await begun(machine);
  upload.process.kill("SIGINT");
  const { code, stderr } = await upload.ended;
  expect(code).toBe(3);
  expect(stderr).toContain("go on with: imagectl upload disk.img --resume");
  const resumed = await machine.json("upload", "disk.img", "--resume");
  expect(resumed.sent_bytes as number).toBeLessThan(data.length);
  await expectStored(resumed.image_id);
});

it("another machine goes on with a ticket alone, without any login", async () => {
  const [here, there] = [newMachine(), newMachine(false)];
  const { upload } = await begun(here);
  upload.process.kill("SIGKILL");
  await upload.ended;
  await here.json("transfer", "ticket", "disk.img", "--out", join(there.folder, "a.ticket"));
  expect(statSync(join(there.folder, "a.ticket")).mode & 0o777).toBe(0o600);
  const resumed = await there.json("upload", "disk.img", "--ticket", "a.ticket");
  expect(resumed.sent_bytes as number).toBeLessThan(data.length);
  await expectStored(resumed.image_id);
});

it("a file that changed meanwhile is noticed: by its length, and by any stored part", async () => {
  const machine = newMachine();
  const file = join(machine.folder, "disk.img");
  const { upload } = await begun(machine);
  upload.process.kill("SIGKILL");
  await upload.ended;

  appendFileSync(file, "x");
  const longer = await machine.run("upload", "disk.img", "--resume");
  expect(longer.code).toBe(4);
  expect(longer.stderr).toContain(`has ${data.length + 1} bytes, the upload was begun for ${data.length}`);

  const changed = Buffer.from(data);
  changed[5] = (changed[5] ?? 0) ^ 1;
  writeFileSync(file, changed);
  const other = await machine.run("upload", "disk.img", "--resume", "--json");
  expect(other.code).toBe(4);
  expect(other.stderr).toContain("part 1 is stored with other bytes");
  expect(JSON.parse(other.stdout)).toMatchObject({ error: { exit_code: 4 } });

  writeFileSync(file, data);
  await expectStored((await machine.json("upload", "disk.img", "--resume")).image_id);
});

it("three machines share one transfer", async () => {
  const [one, two, three] = [newMachine(), newMachine(false), newMachine(false)];
  const created = await one.json("transfer", "create", "disk.img", ...PART, "--out", "t");
  expect(created.parts).toBe(5);
  for (const other of [two, three]) copyFileSync(join(one.folder, "t"), join(other.folder, "t"));
  const sent = await Promise.all([
    one.json("upload", "disk.img", "--ticket", "t", "--parts", "1-2"),
    two.json("upload", "disk.img", "--ticket", "t", "--parts", "3"),
    three.json("upload", "disk.img", "--ticket", "t", "--parts", "4,5"),
  ]);
  expect(sent.reduce((sum, { sent_bytes }) => sum + (sent_bytes as number), 0)).toBe(data.length);
  const shown = await two.json("transfer", "show", "--ticket", "t");
  expect(shown).toMatchObject({ state: "open", stored_parts: 5, missing_parts: "" });
  const completed = await three.json("transfer", "complete", "--ticket", "t", "disk.img");
  expect(completed).toMatchObject({ sent_bytes: 0, image_status: "active" });
  await expectStored(created.image_id);
});

it("a transfer of a given size is completed without its file, and the service computes the hashes", async () => {
  const machine = newMachine();
  const size = ["--size", String(data.length), "--disk-format", "raw", "--name", "unseen"];
  await machine.json("transfer", "create", ...size, ...PART, "--out", "t");
  await machine.json("upload", "disk.img", "--ticket", "t", "--parts", "1-5");
  const completed = await machine.json("transfer", "complete", "--ticket", "t");
  const demo = await logIn(runtime.url, "demo");
  await until(async () =>
    (await demo.show(String(completed.image_id))).status === "active" ? true : undefined,
  );
  await expectStored(completed.image_id);
});

it("standard input of unknown length is stored, and a broken one leaves no image", async () => {
  const machine = newMachine();
  const piped = machine.start("upload", "-", "--name", "piped", "--json");
  piped.process.stdin?.end(data);
  const { code, stdout } = await piped.ended;
  expect(code).toBe(0);
  await expectStored((JSON.parse(stdout) as { image_id: string }).image_id);

  const broken = machine.start("upload", "-", "--name", "broken");
  broken.process.stdin?.write(data.subarray(0, MIB));
  await until(() => (broken.stderr().includes("cannot be resumed") ? true : undefined));
  broken.process.kill("SIGINT");
  const ended = await broken.ended;
  expect(ended.code).toBe(1);
  expect(await machine.json("image", "list", "--name", "broken")).toEqual([]);
});

it("an aborted transfer frees the image for another upload", async () => {
  const machine = newMachine();
  const { upload, image_id } = await begun(machine);
  upload.process.kill("SIGKILL");
  await upload.ended;
  await machine.json("transfer", "abort", "disk.img");
  expect((await machine.run("upload", "disk.img", "--resume")).code).toBe(2);
  const again = await machine.json("upload", "disk.img", "--id", String(image_id));
  expect(again.image_id).toBe(image_id);
  await expectStored(image_id);
});

/** A qcow2 image, with a backing file if its name lies anywhere. */
function qcow2Header(backingOffset: number): Buffer {
  const header = Buffer.alloc(4096);
  header.write("QFI\xfb\0\0\0\x03", "latin1");
  header.writeBigUInt64BE(BigInt(backingOffset), 8);
  header.writeBigUInt64BE(BigInt(MIB), 24);
  return header;
}

it("what the service would refuse is refused with its text, before an image is made", async () => {
  const machine = newMachine();
  const demo = await logIn(runtime.url, "demo");
  const images = async () => (await demo.fetch("/v2/images?limit=1000")).json();
  writeFileSync(join(machine.folder, "overlay"), qcow2Header(104));
  const queued = await demo.create({ disk_format: "vmdk", container_format: "bare", name: "queued" });
  const before = await images();
  const cases: [words: string[], text: RegExp][] = [
    [["overlay"], /has a backing file .*qemu-img convert -f qcow2 -O qcow2 FILE NEW/],
    [["overlay", "--disk-format", "raw"], /has a backing file/],
    [["overlay", "--disk-format", "qcow2", "--container-format", "ova"], /has a backing file/],
    [["disk.img", "--disk-format", "qcow2"], /does not match stream data raw.*--no-inspect/],
    [["disk.img", "--id", queued], /disk_format vmdk does not match stream data raw/],
  ];
  for (const [words, text] of cases) {
    const { code, stderr } = await machine.run("upload", ...words);
    expect([code, stderr]).toEqual([1, expect.stringMatching(text)]);
  }
  const piped = machine.start("upload", "-", "--name", "piped");
  piped.process.stdin?.end(Buffer.concat([qcow2Header(104), Buffer.alloc(2 * MIB)]));
  expect((await piped.ended).stderr).toMatch(/has a backing file/);
  expect(await images()).toEqual(before);
  expect(machine.states()).toEqual([]);

  const ours = /^imagectl: (.*)$/m.exec((await machine.run("upload", "overlay")).stderr)?.[1];
  const theirs = await machine.run("upload", "overlay", "--no-inspect");
  expect(theirs.code).toBe(1);
  expect(theirs.stderr).toContain(ours ?? "no text");
});

it("an empty file, a known format and refusals", async () => {
  const machine = newMachine();
  const write = (name: string, content: Buffer) => writeFileSync(join(machine.folder, name), content);
  write("empty", Buffer.alloc(0));
  expect(await machine.json("upload", "empty")).toMatchObject({ image_status: "active", size: 0 });

  write("disk.qcow2", qcow2Header(0));
  const { image_id } = await machine.json("upload", "disk.qcow2");
  expect((await machine.json("image", "show", String(image_id))).disk_format).toBe("qcow2");

  const wrong = await machine.run("upload", "disk.img", "--disk-format", "qcow2", "--no-inspect");
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toMatch(/refused \(415\).*imagectl upload disk.img --id/);
  expect(machine.states()).toEqual([]);
  for (const words of [["upload", "nowhere"], ["upload", "-", "--resume"], ["upload"], ["nonsense"]]) {
    const { code, stderr } = await machine.run(...words);
    expect([words, code]).toEqual([words, words[1] === "nowhere" ? 1 : 2]);
    expect(stderr).not.toContain("    at ");
  }
  expect(readFileSync(join(machine.folder, "disk.img")).equals(data)).toBe(true);
});
