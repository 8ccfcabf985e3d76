import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { drawnFiles } from "./drawn-files.ts";
import { type Declared, judgeFile, type Verdict, writeDrawing } from "./judged-file.ts";
import { askQemu, type QemuVerdict, qemuImg, requireQemuImg } from "./qemu-img.ts";
import { CANARIES, qemuMade } from "./qemu-made-files.ts";

const QEMU_NAMES: Readonly<Record<string, string>> = {
  vhd: "vpc",
  ploop: "parallels",
  ami: "raw",
  ari: "raw",
  aki: "raw",
  iso: "raw",
};
const SIZE = "10M";

let directory = "";

beforeAll(async () => {
  requireQemuImg();
  directory = await mkdtemp(join(tmpdir(), "format-table-"));
  for (const name of CANARIES) {
    const format = name.split(".")[1] ?? "";
    await qemuImg(directory, "create", "-q", "-f", format, name, SIZE);
  }
});

afterAll(async () => {
  if (directory !== "") await rm(directory, { recursive: true });
});

interface Row {
  readonly file: string;
  readonly declared: Declared;
  readonly expected: Verdict;
  readonly verdict: string;
  readonly qemu: string;
  readonly sizes: readonly [ours: number | null, qemus: number | undefined];
}
const rows: Row[] = [];

/** Compares the verdict on one file with what was expected of it, and with what qemu-img does with it. */
async function judge(name: string, title: string, declared: Declared, expected: Verdict, qemu: QemuVerdict) {
  const { refusal, virtualSize } = await judgeFile(directory, name, declared);
  const { diskFormat, containerFormat = "bare" } = declared;
  const what = `${title} declared ${diskFormat} in ${containerFormat}: ${refusal ?? "accepted"}; qemu-img: ${JSON.stringify(qemu)}`;
  const asDeclared =
    containerFormat === "bare"
      ? await askQemu(directory, name, QEMU_NAMES[diskFormat] ?? diskFormat)
      : undefined;
  const foreign = qemu.foreign ?? asDeclared?.foreign;
  rows.push({
    file: title,
    declared,
    expected,
    verdict: refusal ?? "accepted",
    qemu: foreign === undefined ? (qemu.format ?? "cannot open it") : `opens ${foreign}`,
    sizes: [virtualSize, asDeclared?.virtualSize],
  });
  expect(refusal === undefined, what).toBe(expected === "accepted");
  if (expected === "accepted") expect(foreign, what).toBeUndefined();
  // What is called foreign is so for qemu-img, and what is refused for another reason is not.
  if (expected === "foreign" && containerFormat === "bare") expect(foreign, what).toBeDefined();
  if (expected === "difference" || expected === "banned") expect(foreign, what).toBeUndefined();
  if (expected === "accepted" && asDeclared && virtualSize !== null && diskFormat !== "iso") {
    // Of raw data Glance states the bytes, qemu-img the whole sectors.
    const ours = diskFormat === "raw" ? Math.ceil(virtualSize / 512) * 512 : virtualSize;
    expect(ours, what).toBe(asDeclared.virtualSize);
  }
  return refusal;
}

/** Does what a refusal says, and expects the result to be accepted. */
async function followRemedy(name: string, refusal: string): Promise<boolean> {
  const [, declareAs] = /Set disk_format to (\w+)/.exec(refusal) ?? [];
  if (declareAs !== undefined) {
    expect(await judgeFile(directory, name, { diskFormat: declareAs }), refusal).toMatchObject({
      refusal: undefined,
    });
    return true;
  }
  const [, from = "", to = "", target = ""] =
    /qemu-img convert -f (\w+) -O (\w+) FILE NEW.*Upload NEW as (\w+)/.exec(refusal) ?? [];
  if (target === "") return false;
  await qemuImg(directory, "convert", "-f", from, "-O", to, `./${name}`, "new");
  expect(await judgeFile(directory, "new", { diskFormat: target }), refusal).toMatchObject({
    refusal: undefined,
  });
  return true;
}

test.each(qemuMade)("$name, made by qemu-img", async ({ name, args, size = SIZE, declared, patch, lost }) => {
  const sized = args.includes("-b") && !args.includes("-u") ? [] : [size];
  await qemuImg(directory, "create", "-q", ...args, `./${name}`, ...sized);
  if (patch) {
    const file = await readFile(join(directory, name));
    patch(file);
    await writeFile(join(directory, name), file);
  }
  const qemu = await askQemu(directory, name);
  for (const { verdict, ...as } of declared) {
    const refusal = await judge(name, name, as, verdict, qemu);
    const isRemediable = ["foreign", "banned", "mismatch"].includes(verdict) && lost === undefined;
    if (refusal === undefined || !isRemediable) continue;
    expect(await followRemedy(name, refusal), refusal).toBe(true);
  }
});

test.each(drawnFiles)("$title, drawn", async ({ title, drawing, declared, message }) => {
  await writeDrawing(directory, "drawn", drawing);
  const qemu = await askQemu(directory, "drawn");
  for (const { verdict, ...as } of declared) {
    const refusal = await judge("drawn", title, as, verdict, qemu);
    if (refusal !== undefined && verdict !== "mismatch" && message) expect(refusal).toMatch(message);
  }
});

test.each([
  ["compressed.qcow2", "qcow2", [["convert", "-c", "-O", "qcow2", "full.raw", "compressed.qcow2"]]],
  [
    "zstd.qcow2",
    "qcow2",
    [["convert", "-c", "-O", "qcow2", "-o", "compression_type=zstd", "full.raw", "zstd.qcow2"]],
  ],
  [
    "snapshot.qcow2",
    "qcow2",
    [
      ["convert", "-O", "qcow2", "full.raw", "snapshot.qcow2"],
      ["snapshot", "-c", "before", "snapshot.qcow2"],
    ],
  ],
  [
    "bitmap.qcow2",
    "qcow2",
    [
      ["convert", "-O", "qcow2", "full.raw", "bitmap.qcow2"],
      ["bitmap", "--add", "bitmap.qcow2", "b"],
    ],
  ],
  [
    "resized.qcow2",
    "qcow2",
    [
      ["convert", "-O", "qcow2", "full.raw", "resized.qcow2"],
      ["resize", "-q", "resized.qcow2", "20M"],
    ],
  ],
  [
    "stream.vmdk",
    "vmdk",
    [["convert", "-O", "vmdk", "-o", "subformat=streamOptimized", "full.raw", "stream.vmdk"]],
  ],
  ["full.vmdk", "vmdk", [["convert", "-O", "vmdk", "full.raw", "full.vmdk"]]],
  ["full.vhd", "vhd", [["convert", "-O", "vpc", "full.raw", "full.vhd"]]],
  ["full.vhdx", "vhdx", [["convert", "-O", "vhdx", "full.raw", "full.vhdx"]]],
  ["full.vdi", "vdi", [["convert", "-O", "vdi", "full.raw", "full.vdi"]]],
  ["full.hds", "ploop", [["convert", "-O", "parallels", "full.raw", "full.hds"]]],
] as const)("%s, with data, is accepted", async (name, diskFormat, commands) => {
  await writeFile(join(directory, "full.raw"), Buffer.alloc(2 * 1024 * 1024, "some data "));
  for (const command of commands) await qemuImg(directory, ...command);
  const qemu = await askQemu(directory, name);
  for (const as of [diskFormat, "raw"]) await judge(name, name, { diskFormat: as }, "accepted", qemu);
});

test("one extent of a split VMDK is refused: it has no descriptor", async () => {
  const split = ["-f", "vmdk", "-o", "subformat=twoGbMaxExtentSparse"];
  await qemuImg(directory, "create", "-q", ...split, "split.vmdk", SIZE);
  const extent = "split-s001.vmdk";
  const refusal = await judge(
    extent,
    extent,
    { diskFormat: "vmdk" },
    "broken",
    await askQemu(directory, extent),
  );
  expect(refusal).toMatch(/has no descriptor .*FILE is the descriptor/);
  expect(await followRemedy("split.vmdk", refusal ?? "")).toBe(true);
});

test("the table", () => {
  const files = new Set(rows.map(({ file }) => file));
  const count = (isIt: (row: Row) => boolean) => rows.filter(isIt).length;
  const acceptedRows = count(({ verdict }) => verdict === "accepted");
  const foreign = rows.filter(({ qemu }) => qemu.startsWith("opens"));
  console.log(
    [
      `${files.size} files, ${rows.length} rows, ${acceptedRows} accepted, ${rows.length - acceptedRows} refused`,
      `qemu-img opens another file in ${foreign.length} rows, ${foreign.filter(({ verdict }) => verdict === "accepted").length} of them accepted`,
      `${count(({ expected, verdict }) => (expected === "accepted") !== (verdict === "accepted"))} not as expected`,
      `${count(({ sizes: [ours, qemus] }) => ours !== null && qemus !== undefined && ours === qemus)} virtual sizes compared and equal`,
    ].join("\n"),
  );
  expect(files.size).toBeGreaterThanOrEqual(120);
  expect(foreign.length).toBeGreaterThan(50);
});
