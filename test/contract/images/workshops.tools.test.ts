import { execFileSync } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { qemuImgWorkshops } from "../../../shared/images/adapters/qemu-img/workshops.ts";
import type { ConvertibleFormat } from "../../../shared/images/domain/convertible-formats.ts";
import { workshopsContract } from "./workshops.ts";

const base = mkdtempSync(join(tmpdir(), "glance-workshops-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));

const never = new AbortController().signal;
const GIB = 1024 ** 3;
const usual = { cpuSeconds: 60, addressSpaceBytes: GIB };
const order = { from: "qcow2", to: "raw", mostBytes: 100 * GIB } as const;
const path = () => join(base, randomUUID());

function imageFile(disk: Uint8Array, format: string, options: readonly string[] = []): string {
  const [plain, made] = [path(), path()];
  writeFileSync(plain, disk);
  execFileSync("qemu-img", ["convert", "-f", "raw", "-O", format, ...options, plain, made]);
  return made;
}

async function* bytesOf(file: string): AsyncGenerator<Uint8Array> {
  yield readFileSync(file);
}

/** A workshop with this image in it. */
async function withImage(file: string, limits = usual) {
  const workshops = await qemuImgWorkshops(path(), limits);
  const shop = await workshops.open(randomUUID());
  const { length } = readFileSync(file);
  return { shop, source: await shop.take(bytesOf(file), length, never) };
}

workshopsContract("qemu-img", async () => {
  const folder = path();
  return {
    begin: () => qemuImgWorkshops(folder, usual),
    files: async () => readdirSync(folder).filter((name) => name !== "name"),
    image: async (disk, format) => (format === "raw" ? disk : readFileSync(imageFile(disk, format))),
  };
});

const disk = Buffer.concat([randomBytes(3_000_000), Buffer.alloc(1_194_304), randomBytes(2_097_152)]);
const written: readonly (readonly [ConvertibleFormat, string, readonly string[]])[] = [
  ["raw", "raw", []],
  ["qcow2", "qcow2", ["-c"]],
  ["vmdk", "vmdk", ["-o", "subformat=monolithicSparse"]],
  ["vmdk", "vmdk", ["-o", "subformat=streamOptimized"]],
  ["vdi", "vdi", []],
  ["vhd", "vpc", ["-o", "force_size=on"]],
  ["vhdx", "vhdx", []],
  ["ploop", "parallels", []],
];

describe("qemu-img", () => {
  it.each(written)(
    "converts %s (%s %j) to raw, qcow2 and vmdk with the same disk",
    async (from, name, options) => {
      const file = imageFile(disk, name, options);
      for (const to of ["raw", "qcow2", "vmdk"] as const) {
        const { shop, source } = await withImage(file);
        await shop.describe(source, from, never);
        const result = await shop.convert(source, { ...order, from, to }, never);
        // A hole at the end may be cut off or filled up to a whole unit of the format.
        execFileSync("qemu-img", ["compare", "-f", name, "-F", to, file, result.path]);
        await shop.close();
      }
    },
  );

  it("refuses what it would open with another file, and a VMDK whose data is elsewhere", async () => {
    const backing = imageFile(disk, "qcow2");
    const overlay = path();
    execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", "-b", backing, "-F", "qcow2", overlay]);
    const external = path();
    const data = `data_file=${external}.data,data_file_raw=on`;
    execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", "-o", data, external, "1M"]);
    for (const [file, said] of [
      [overlay, /has a backing file/],
      [external, /external data file|failed/],
    ] as const) {
      const { shop, source } = await withImage(file);
      await expect(shop.describe(source, "qcow2", never)).rejects.toThrow(said);
      await shop.close();
    }
    const flat = imageFile(disk, "vmdk", ["-o", "subformat=monolithicFlat"]);
    const { shop, source } = await withImage(flat);
    await expect(shop.describe(source, "vmdk", never)).rejects.toThrow(/create type|failed/);
    await shop.close();
  });

  it.each([
    ["qcow2", "qcow2"],
    ["vmdk", "vmdk"],
    ["vhd", "vpc"],
    ["vhdx", "vhdx"],
    ["ploop", "parallels"],
  ] as const)(
    "refuses a %s that was cut off, of which it would make a disk of zeros",
    async (format, name) => {
      const cut = imageFile(disk, name);
      truncateSync(cut, 2_000_000);
      const { shop, source } = await withImage(cut);
      await expect(shop.describe(source, format, never)).rejects.toThrow(
        /^(The check of|Looking at) the data/,
      );
      await shop.close();
    },
  );

  it("stops at each of its limits, and says at which, without a path of this machine", async () => {
    const large = imageFile(randomBytes(48_000_000), "qcow2");
    const cases = [
      [
        { cpuSeconds: 1, addressSpaceBytes: GIB },
        { to: "qcow2", mostBytes: 10_000_000 },
        /more than the 10000000 bytes/,
      ],
      [{ cpuSeconds: 60, addressSpaceBytes: 40 * 1024 ** 2 }, {}, /memory|failed/],
    ] as const;
    for (const [limits, more, said] of cases) {
      const { shop, source } = await withImage(large, limits);
      const converted = shop.convert(source, { ...order, ...more }, never);
      await expect(converted).rejects.toThrow(said);
      await expect(converted).rejects.not.toThrow(base);
      await shop.close();
    }
  });

  it("is ended in its middle with the reason that it is given", async () => {
    const large = imageFile(randomBytes(48_000_000), "qcow2");
    const { shop, source } = await withImage(large);
    const stop = new AbortController();
    const converted = shop.convert(source, order, stop.signal);
    setTimeout(() => stop.abort(new Error("nobody wants it")), 5);
    await expect(converted).rejects.toThrow("nobody wants it");
    await shop.close();
  });
});
