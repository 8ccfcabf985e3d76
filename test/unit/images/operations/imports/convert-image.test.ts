import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { deleteImage } from "../../../../../shared/images/operations/delete-image.ts";
import { holdImport } from "../../../../../shared/images/operations/imports/hold-import.ts";
import { ConversionKilled } from "../../../../../shared/images/ports/workshop.ts";
import type { Settings } from "../../../../../shared/settings.ts";
import { type FaultPoint, faulty, InjectedFault } from "../../../../fakes/faulty.ts";
import { convertingService } from "../../../../fakes/images/converting-service.ts";
import { memoryFolder, memoryWorkshops, smallQcow2 } from "../../../../fakes/images/memory-workshops.ts";
import { demo, hashesOf } from "../../../../fakes/images/service.ts";

const disk = Buffer.from(randomBytes(1024).toString("hex"));
const qcow2 = { disk_format: "qcow2", container_format: "bare" };
const raw = { disk_format: "raw", container_format: "bare" };

type Service = ReturnType<typeof convertingService>;

async function begun(service: Service, data: Uint8Array = smallQcow2(disk), attributes: object = qcow2) {
  const { id } = await service.staged(data, { ...attributes });
  return { id, taskId: await service.begin(id) };
}

function isConverted(service: Service, id: string): void {
  expect(service.imageOf(id)).toMatchObject({
    ...{ status: "active", disk_format: "raw", container_format: "bare" },
    ...{ ...hashesOf(disk), size: disk.length, virtual_size: disk.length },
  });
  expect(service.imageOf(id).locations.map(service.textOf)).toEqual([disk.toString()]);
}

it("a converter's disk becomes the image's data, and the image says what it is", async () => {
  const service = convertingService();
  const { id } = await begun(service);
  expect(await service.run()).toEqual(["converts", "converted", "imported"]);
  isConverted(service, id);
  expect(service.folder.files.size).toBe(0);
  expect(await service.leftovers()).toEqual([]);
});

it("writes the format of the settings", async () => {
  const service = convertingService({ output_format: "qcow2" });
  const { id } = await begun(service, disk, raw);
  await service.run();
  expect(service.imageOf(id)).toMatchObject({
    disk_format: "qcow2",
    virtual_size: disk.length,
    status: "active",
  });
  expect(service.imageOf(id).size).toBe(smallQcow2(disk).length);
});

const iso = Buffer.alloc(40_000);
iso.write("CD001", 32_769);
it.each([
  ["of the format of the settings", disk, raw],
  ["of a disc", iso, { disk_format: "iso", container_format: "bare" }],
])("leaves alone what is %s, and asks no converter", async (_, data, attributes) => {
  const service = convertingService();
  const { id } = await begun(service, data, attributes);
  expect(await service.run()).toEqual(["imported"]);
  expect(service.imageOf(id)).toMatchObject({ status: "active", ...attributes, ...hashesOf(data) });
  expect(service.work.converting).toEqual([]);
});

const backed = smallQcow2(disk);
backed.writeBigUInt64BE(300n, 8);
const external = smallQcow2(disk);
external.writeBigUInt64BE(4n, 72);
const small = { image_size_cap: 5000 } as Partial<Settings>;
it.each<[string, Buffer, object, RegExp, Partial<Settings>?]>([
  ["with a backing file", backed, qcow2, /has a backing file/],
  ["with an external data file", external, qcow2, /has an external data file/],
  ["that is not what it is declared as", disk, qcow2, /does not match/],
  [
    "that is not, whatever the settings are",
    disk,
    qcow2,
    /does not match/,
    { require_image_format_match: false },
  ],
  ["that is declared raw and is not", smallQcow2(disk), raw, /declared as raw and has the marks of qcow2/],
  [
    "of a format that is no disk's",
    disk,
    { ...raw, disk_format: "ami" },
    /disk_format ami cannot be converted/,
  ],
  ["without a byte", Buffer.alloc(0), qcow2, /no data to convert/],
  [
    "with a disk that is larger than images may be",
    smallQcow2(disk, 1e12),
    qcow2,
    /1000000000000 bytes/,
    small,
  ],
])("refuses data %s", async (_, data, attributes, said, settings) => {
  const service = convertingService(settings);
  const { id, taskId } = await begun(service, data, attributes);
  await service.run();
  expect(service.taskOf(taskId)).toMatchObject({ status: "failure", message: expect.stringMatching(said) });
  expect(service.imageOf(id)).toMatchObject({ status: "queued", staged: null, ...attributes });
  expect(await service.leftovers()).toEqual([]);
});

it("judges what comes of a disk as it would an upload: no image has another one in it", async () => {
  const service = convertingService();
  const { taskId } = await begun(service, smallQcow2(backed));
  await service.run();
  expect(service.taskOf(taskId).message).toMatch(/backing file/);
  expect(await service.leftovers()).toEqual([]);
});

it("sends for a converter again when none has come for half an hour, and not before", async () => {
  const service = convertingService();
  const { taskId } = await begun(service);
  expect(await service.attend(taskId)).toBe("converts");
  service.pass(600);
  expect(await service.attend(taskId)).toBe("waits");
  service.pass(1800);
  expect(await service.attend(taskId)).toBe("converts");
  expect(service.work.converting).toHaveLength(2);
});

it("a converter that is one too many does nothing but to delete what it has left of it", async () => {
  const service = convertingService();
  const { taskId } = await begun(service);
  await service.attend(taskId);
  const others = {
    workshops: memoryWorkshops(service.folder, async () => {
      const another = memoryFolder();
      another.files.set(`${taskId}/source`, disk);
      const workshops = memoryWorkshops(another);
      expect(await service.convert(taskId, { others: { workshops } })).toBe("another converts it");
      expect(another.files.size).toBe(0);
    }),
  };
  expect(await service.convert(taskId, { others })).toBe("converted");
  expect(await service.convert(taskId)).toBe("nothing to do");
});

const point = async (): Promise<number> => {
  const service = convertingService();
  const { taskId } = await begun(service);
  await service.attend(taskId);
  return killed(service, taskId, undefined);
};

/** A run that is killed at this call; how many it made. */
async function killed(service: Service, taskId: string, at: FaultPoint | undefined): Promise<number> {
  const { tasks, stores, images, queue } = service.conversion;
  const broken = faulty({ tasks, stores, images, queue }, at);
  const result = service.convert(taskId, { others: { ...broken.ports, watchMs: 100_000 } });
  await result.catch((error: unknown) => expect(error).toBeInstanceOf(InjectedFault));
  return broken.calls();
}

it("a run killed before or after any of its calls costs nothing, and the next one ends it", async () => {
  const all = await point();
  expect(all).toBeGreaterThan(15);
  for (let call = 1; call <= all; call++)
    for (const moment of ["before", "after"] as const) {
      const service = convertingService();
      const { id, taskId } = await begun(service);
      await service.attend(taskId);
      await killed(service, taskId, { call, moment });
      service.pass(600);
      // Its message comes again, and the job sends for the import.
      service.work.converting.push({ taskId });
      service.work.importing.push({ taskId });
      await service.run();
      service.pass(600);
      service.work.importing.push({ taskId });
      await service.run();
      expect([moment, call, service.imageOf(id).status]).toEqual([moment, call, "active"]);
      isConverted(service, id);
      expect([moment, call, await service.leftovers()]).toEqual([moment, call, []]);
      expect([...service.folder.files.keys()]).toEqual([]);
    }
});

it("an image that is deleted meanwhile ends its conversion, and leaves nothing", async () => {
  for (const when of ["take", "describe", "convert"] as const) {
    const service = convertingService();
    const { id, taskId } = await begun(service);
    await service.attend(taskId);
    const others = {
      workshops: memoryWorkshops(service.folder, async (what) => {
        if (what !== when) return;
        await deleteImage(service.ports)(demo, id);
        await new Promise((wake) => setTimeout(wake, 20));
      }),
    };
    expect([when, await service.convert(taskId, { others })]).toEqual([when, "nothing to do"]);
    service.work.importing.push({ taskId });
    await service.run();
    expect([when, service.taskOf(taskId).status]).toEqual([when, "failure"]);
    expect([when, await service.leftovers()]).toEqual([when, []]);
    expect(service.folder.files.size).toBe(0);
  }
});

it("a converter that stops leaves its work to the next one, and that is no failed run", async () => {
  const service = convertingService();
  const { id, taskId } = await begun(service);
  await service.attend(taskId);
  for (let run = 0; run < 8; run++) {
    const stop = new AbortController();
    const workshops = memoryWorkshops(service.folder, (what) => {
      if (what === "convert") stop.abort();
    });
    expect(await service.convert(taskId, { others: { workshops }, stopping: stop.signal })).toBe("stopped");
  }
  await service.run();
  isConverted(service, id);
});

it("an image at which converters die again and again is given up", async () => {
  const service = convertingService();
  const { id, taskId } = await begun(service);
  await service.attend(taskId);
  const workshops = memoryWorkshops(service.folder, () => {
    throw new ConversionKilled("out of memory");
  });
  for (let run = 0; run < 5; run++)
    await expect(service.convert(taskId, { others: { workshops } })).rejects.toThrow("out of memory");
  expect(await service.convert(taskId)).toBe("failed");
  await service.run();
  expect(service.taskOf(taskId).message).toMatch(/broke off 5 times/);
  expect(service.imageOf(id)).toMatchObject({ status: "queued" });
  expect(await service.leftovers()).toEqual([]);
});

it("a converter that finds the import itself at work comes again, and is not taken for one too many", async () => {
  const service = convertingService();
  const { taskId } = await begun(service);
  await service.attend(taskId);
  const holding = await holdImport(service.conversion, taskId, () => true);
  expect(await service.convert(taskId)).toBe("in other hands");
  await holding?.letGo();
  expect(await service.convert(taskId)).toBe("converted");
});

it("a run that fails before it opens its workshop leaves nothing of an earlier one", async () => {
  const service = convertingService();
  const { taskId } = await begun(service);
  await service.attend(taskId);
  service.folder.files.set(`${taskId}/source`, disk);
  await killed(service, taskId, { call: 1, moment: "before" });
  expect(service.folder.files.size).toBe(0);
});

it("a run that is killed counts, and one that fails by what may pass does not", async () => {
  const service = convertingService();
  const { id, taskId } = await begun(service);
  await service.attend(taskId);
  const runs = () => service.taskOf(taskId).import?.conversion?.runs;
  const workshops = memoryWorkshops(service.folder, () => {
    throw new Error("the store does not answer");
  });
  for (let run = 0; run < 8; run++)
    await expect(service.convert(taskId, { others: { workshops } })).rejects.toThrow("does not answer");
  expect(runs()).toBe(0);
  await killed(service, taskId, { call: 10, moment: "before" });
  expect(runs()).toBe(1);
  service.pass(600);
  expect(await service.convert(taskId)).toBe("converted");
  service.work.importing.push({ taskId });
  await service.run();
  isConverted(service, id);
});

it("an import that no converter comes for ends with its time", async () => {
  const service = convertingService();
  const { id, taskId } = await begun(service);
  expect(await service.attend(taskId)).toBe("converts");
  service.pass(90_000);
  expect(await service.convert(taskId)).toBe("nothing to do");
  expect(await service.attend(taskId)).toBe("failed");
  expect(service.imageOf(id).status).toBe("queued");
  expect(await service.leftovers()).toEqual([]);
});
