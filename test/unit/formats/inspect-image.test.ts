import { expect, test } from "vitest";
import { inspectImage } from "../../../shared/formats/inspect-image.ts";
import { big, type Drawing, DrawnImage, latin1 } from "./drawn-image.ts";
import { inspect, refusal } from "./inspection.ts";
import {
  cloop,
  DISK_BYTES,
  iso,
  linux,
  partitioned,
  qcow2,
  qed,
  vhd,
  vmdk,
  withPieces,
} from "./sample-images.ts";

const nothing = { size: 3 * 512, pieces: [] };
const request = { diskFormat: "raw", containerFormat: "bare", requireMatch: true, gptNonFatal: [] };
const unsafe = withPieces(qcow2(), [[8, big(0x200, 8)]]);
const hybrid = withPieces(iso(), partitioned(linux).pieces);
const polyglot = withPieces(qcow2(), partitioned(linux).pieces);

test.each(["ami", "ari", "aki", "ovf", "ova", "docker", "compressed"])(
  "in container %s any data is accepted but what is unsafe, without a virtual size",
  async (containerFormat) => {
    const inContainer = (drawing: Drawing, diskFormat: string) =>
      inspect(drawing, diskFormat, { containerFormat });
    const archive = { size: 10240, pieces: [[257, latin1("ustar\0")]] } as const;
    await expect(inContainer(archive, "vmdk")).resolves.toEqual({ detected: ["raw"], virtualSize: null });
    await expect(inContainer(qcow2(), "qcow2")).resolves.toEqual({ detected: ["qcow2"], virtualSize: null });
    await expect(inContainer(qcow2(), "vmdk")).resolves.toMatchObject({ virtualSize: null });
    await expect(inContainer(partitioned(), "raw")).resolves.toMatchObject({ virtualSize: null });
    for (const declared of ["qcow2", "raw", "vmdk"]) {
      const { message } = await refusal(unsafe, declared, { containerFormat });
      expect(message).toMatch(/has a backing file .*qemu-img convert -f qcow2 -O qcow2 FILE NEW/);
    }
  },
);

test("raw data declared raw has the size of the object", async () => {
  await expect(inspect(nothing, "raw")).resolves.toEqual({ detected: ["raw"], virtualSize: 1536 });
});

test.each(["ami", "ari", "aki", "ploop"])(
  "a disk with a boot signature is accepted as %s, as a kernel has one too",
  async (declared) => {
    await expect(inspect(partitioned(), declared)).resolves.toEqual({ detected: ["gpt"], virtualSize: null });
  },
);

test.each(["ami", "ari", "aki", "ploop"])(
  "raw data is accepted as %s, its virtual size unknown",
  async (declared) => {
    await expect(inspect(nothing, declared)).resolves.toEqual({ detected: ["raw"], virtualSize: null });
  },
);

test("an empty object has no virtual size, and nothing is read", async () => {
  const source = new DrawnImage({ size: 0, pieces: [] });
  await expect(inspectImage(source, request)).resolves.toEqual({ detected: ["raw"], virtualSize: null });
  expect(source.reads).toEqual([]);
  const { reason } = await refusal({ size: 0, pieces: [] }, "qcow2");
  expect(reason).toBe("Image disk_format qcow2 does not match stream data raw");
});

test("a format declared raw counts as it lies there", async () => {
  await expect(inspect(qcow2(), "raw")).resolves.toEqual({ detected: ["qcow2"], virtualSize: 256 * 1024 });
});

test.each([
  ["raw data", nothing, "qcow2", "raw", /Set disk_format to raw, or upload qcow2 data/],
  ["a partitioned disk", partitioned(linux), "qcow2", "gpt", /Set disk_format to raw, or upload qcow2 data/],
  ["qcow2", qcow2(), "ami", "qcow2", /Set disk_format to qcow2/],
  ["vhd", vhd(), "vmdk", "vhd", /Set disk_format to vhd/],
  ["vmdk", vmdk(), "iso", "vmdk", /Set disk_format to vmdk/],
  ["cloop", cloop(), "qcow2", "cloop", /qemu-img convert -f cloop -O qcow2 FILE NEW. Upload NEW as qcow2/],
])("%s declared otherwise is refused if a match is required", async (_, drawing, declared, found, remedy) => {
  const refused = await refusal(drawing, declared);
  expect(refused.reason).toBe(`Image disk_format ${declared} does not match stream data ${found}`);
  expect(refused.message).toMatch(remedy);
});

test("what is unsafe is refused as that, whatever it was declared: declaring it rightly would not help", async () => {
  for (const [drawing, remedy] of [
    [unsafe, /convert -f qcow2 -O qcow2/],
    [qed(), /convert -f qed -O qcow2/],
    [withPieces(polyglot, [[8, big(1, 8)]]), /convert -f qcow2 -O qcow2/],
  ] as const) {
    for (const declared of ["ami", "iso", "qcow2", "raw"]) {
      const { reason, message } = await refusal(drawing, declared);
      expect(reason).toBe("Image failed safety checks");
      expect(message).toMatch(remedy);
    }
  }
});

test("a refused match names the setting that allows it", async () => {
  const setting = /operator has set require_image_format_match to false/;
  expect((await refusal(nothing, "qcow2")).message).toMatch(setting);
  expect((await refusal(polyglot, "qcow2")).message).toMatch(setting);
  expect((await refusal(unsafe, "qcow2")).message).not.toMatch(setting);
});

test.each([
  ["raw data as qcow2", nothing, "qcow2"],
  ["a partitioned disk as qcow2", partitioned(linux), "qcow2"],
  ["qcow2 as ami", qcow2(), "ami"],
])("%s is accepted without a virtual size if no match is required", async (_, drawing, declared) => {
  await expect(inspect(drawing, declared, { requireMatch: false })).resolves.toMatchObject({
    virtualSize: null,
  });
});

test.each(["qcow2", "raw", "vmdk", "ami"])(
  "an unsafe image declared %s is refused in any case",
  async (declared) => {
    const { reason } = await refusal(unsafe, declared, { requireMatch: false });
    expect(reason).toBe("Image failed safety checks");
  },
);

test("non-fatal checks are those of partition tables only", async () => {
  const { reason } = await refusal(unsafe, "qcow2", { gptNonFatal: ["backing_file"] });
  expect(reason).toBe("Image failed safety checks");
});

test("marks of a disk's contents do not contradict each other in raw data", async () => {
  const encrypted = withPieces(iso(), [[0, latin1("LUKS\xba\xbe")]]);
  await expect(inspect(encrypted, "raw")).resolves.toEqual({
    detected: ["iso", "luks"],
    virtualSize: DISK_BYTES,
  });
  expect((await refusal(encrypted, "iso")).reason).toBe("Multiple formats detected: iso, luks");
});

test("a hybrid ISO is an ISO, its partition table is not judged", async () => {
  const expected = { detected: ["iso", "gpt"], virtualSize: DISK_BYTES };
  await expect(inspect(hybrid, "iso")).resolves.toEqual(expected);
  await expect(inspect(hybrid, "raw")).resolves.toEqual(expected);
  await expect(inspect(withPieces(hybrid, [[446, big(0x17, 1)]]), "iso")).resolves.toEqual(expected);
  const { reason } = await refusal(hybrid, "qcow2");
  expect(reason).toBe("Image disk_format qcow2 does not match stream data iso");
});

test.each([
  ["qcow2 and a partition table", polyglot, "gpt, qcow2"],
  ["qcow2 and ISO", withPieces(qcow2(), iso().pieces), "iso, qcow2"],
  ["VHD, partition table and ISO", withPieces(hybrid, vhd().pieces), "gpt, iso, vhd"],
])("%s at once is refused under every name", async (_, drawing, found) => {
  for (const declared of ["qcow2", "iso", "raw", "ami"]) {
    const { reason } = await refusal(drawing, declared);
    expect(reason).toBe(`Multiple formats detected: ${found}`);
  }
});

test("several safe formats are accepted without a virtual size if no match is required", async () => {
  const accepted = await inspect(polyglot, "qcow2", { requireMatch: false });
  expect(accepted).toEqual({ detected: ["qcow2", "gpt"], virtualSize: null });
  const { reason } = await refusal(withPieces(polyglot, [[8, big(1, 8)]]), "raw", { requireMatch: false });
  expect(reason).toBe("Image failed safety checks");
});

test("an error of the source is not a refusal", async () => {
  const broken = { size: 10, read: () => Promise.reject(new Error("connection lost")) };
  await expect(inspectImage(broken, request)).rejects.toThrow("connection lost");
});

test("an object of terabytes costs one read of 64 KiB", async () => {
  const source = new DrawnImage({ size: 5 * 2 ** 40, pieces: [[0, latin1("boot")]] });
  await expect(inspectImage(source, request)).resolves.toMatchObject({ virtualSize: 5 * 2 ** 40 });
  expect(source.reads).toEqual([{ offset: 0, length: 64 * 1024 }]);
});
