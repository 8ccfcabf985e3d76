import { execFileSync } from "node:child_process";
import { type FileHandle, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { FormatRefused } from "../../../../shared/domain/format/format-refused.ts";
import { type Inspection, inspectImage } from "../../../../shared/domain/format/inspect-image.ts";

// qemu-img measures how fast the machine is before it makes a LUKS key: seconds on a busy one.
vi.setConfig({ testTimeout: 30_000 });

let directory = "";

beforeAll(async () => {
  try {
    execFileSync("qemu-img", ["--version"]);
  } catch (cause) {
    throw new Error("these tests compare with qemu-img: install it (Debian: qemu-utils; brew: qemu)", {
      cause,
    });
  }
  directory = await mkdtemp(join(tmpdir(), "format-"));
});

afterAll(async () => {
  if (directory !== "") await rm(directory, { recursive: true });
});

function qemuImg(...args: string[]): string {
  return execFileSync("qemu-img", args, { cwd: directory, encoding: "utf8" });
}

function create(name: string, ...args: string[]): string {
  qemuImg("create", "-q", ...args, name, "10M");
  return name;
}

function qemuInfo(name: string): { format: string; virtualSize: number } {
  const info = JSON.parse(qemuImg("info", "--output=json", name));
  return { format: info.format, virtualSize: info["virtual-size"] };
}

async function inspectFile(name: string, diskFormat: string): Promise<Inspection> {
  const file: FileHandle = await open(join(directory, name));
  try {
    const read = async (offset: number, length: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    };
    const source = { size: (await file.stat()).size, read };
    const request = { diskFormat, containerFormat: "bare", requireMatch: true, gptNonFatal: [] };
    return await inspectImage(source, request);
  } finally {
    await file.close();
  }
}

const LUKS = ["--object", "secret,id=key,data=secret", "-o", "key-secret=key,iter-time=10"];

test.each([
  ["qcow2 version 3", "qcow2", "qcow2", ["-f", "qcow2"]],
  ["qcow2 version 2", "qcow2", "qcow2", ["-f", "qcow2", "-o", "compat=0.10"]],
  ["qcow2 with zstd", "qcow2", "qcow2", ["-f", "qcow2", "-o", "compression_type=zstd"]],
  ["monolithicSparse VMDK", "vmdk", "vmdk", ["-f", "vmdk"]],
  ["streamOptimized VMDK", "vmdk", "vmdk", ["-f", "vmdk", "-o", "subformat=streamOptimized"]],
  ["VHDX", "vhdx", "vhdx", ["-f", "vhdx"]],
  ["fixed VHDX", "vhdx", "vhdx", ["-f", "vhdx", "-o", "subformat=fixed"]],
  ["dynamic VHD", "vhd", "vpc", ["-f", "vpc", "-o", "force_size=on"]],
  ["VDI", "vdi", "vdi", ["-f", "vdi"]],
  ["LUKS", "luks", "luks", ["-f", "luks", ...LUKS]],
  ["raw", "raw", "raw", ["-f", "raw"]],
])("%s: format and virtual size are those of qemu-img", async (title, format, qemuFormat, args) => {
  const name = create(title.replaceAll(" ", "-"), ...args);
  const info = qemuInfo(name);
  expect(info.format).toBe(qemuFormat);
  const expected = { detected: [format], virtualSize: info.virtualSize };
  await expect(inspectFile(name, format)).resolves.toEqual(expected);
});

test("a compressed stream converted from data is accepted", async () => {
  create("data.raw", "-f", "raw");
  qemuImg("convert", "-O", "vmdk", "-o", "subformat=streamOptimized", "data.raw", "stream.vmdk");
  await expect(inspectFile("stream.vmdk", "vmdk")).resolves.toMatchObject({
    virtualSize: qemuInfo("stream.vmdk").virtualSize,
  });
});

test("a fixed VHD has its footer at the end and counts as raw, for qemu-img too", async () => {
  const name = create("fixed.vhd", "-f", "vpc", "-o", "subformat=fixed");
  const { format, virtualSize } = qemuInfo(name);
  expect(format).toBe("raw");
  await expect(inspectFile(name, "raw")).resolves.toEqual({ detected: ["raw"], virtualSize });
});

test.each([
  ["a qcow2 with backing file", "qcow2", /backing file/, ["-f", "qcow2", "-b", "base.qcow2", "-F", "qcow2"]],
  ["a qcow2 with data file", "qcow2", /external data file/, ["-f", "qcow2", "-o", "data_file=ext.raw"]],
  [
    "a qcow2 with extended L2",
    "qcow2",
    /features/,
    ["-f", "qcow2", "-o", "extended_l2=on,cluster_size=128k"],
  ],
  ["a qcow version 1", "qcow2", /unsupported qcow2 version/, ["-f", "qcow"]],
  ["a QED image", "qed", /never allowed/, ["-f", "qed"]],
  ["a monolithicFlat VMDK", "vmdk", /subformat/, ["-f", "vmdk", "-o", "subformat=monolithicFlat"]],
  ["a split VMDK", "vmdk", /subformat/, ["-f", "vmdk", "-o", "subformat=twoGbMaxExtentSparse"]],
])("%s is refused, as raw as well", async (title, format, message, args) => {
  create("base.qcow2", "-f", "qcow2");
  const name = create(title.replaceAll(" ", "-"), ...args);
  for (const declared of [format, "raw"]) {
    const outcome = await inspectFile(name, declared).catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(FormatRefused);
    expect(String(outcome)).toMatch(message);
  }
});

test("one extent of a split VMDK has no descriptor and is refused", async () => {
  create("split.vmdk", "-f", "vmdk", "-o", "subformat=twoGbMaxExtentSparse");
  await expect(inspectFile("split-s001.vmdk", "vmdk")).rejects.toThrow(/no descriptor/);
});
