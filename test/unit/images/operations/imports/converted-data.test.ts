import { createHash, randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { convertingService } from "../../../../fakes/images/converting-service.ts";
import { smallQcow2 } from "../../../../fakes/images/memory-workshops.ts";
import { hashesOf } from "../../../../fakes/images/service.ts";

const disk = Buffer.from(randomBytes(1024).toString("hex"));

type Service = ReturnType<typeof convertingService>;

async function begun(service: Service, data: Uint8Array = smallQcow2(disk)) {
  const { id } = await service.staged(data, { disk_format: "qcow2", container_format: "bare" });
  return { id, taskId: await service.begin(id) };
}

const iso = Buffer.alloc(40_000);
iso.write("CD001", 32_769);
const volume = Buffer.alloc(1024);
volume.write("LUKS\xba\xbe\x00\x02", "latin1");
const both = Buffer.concat([volume, Buffer.alloc(39_000)]);
both.write("CD001", 32_769);
it.each([
  ["an encrypted volume", volume],
  ["a disc", iso],
  ["one that is also the other", both],
])("takes what is on a disk, as an upload of the disk would be taken: %s", async (_, data) => {
  const service = convertingService();
  const { id } = await begun(service, smallQcow2(data));
  await service.run();
  expect(service.imageOf(id)).toMatchObject({ status: "active", disk_format: "raw", ...hashesOf(data) });
});

it("refuses a disk that is an image of its own, and does not say that it was declared raw", async () => {
  const service = convertingService();
  const { taskId } = await begun(service, smallQcow2(smallQcow2(disk)));
  await service.run();
  expect(service.taskOf(taskId).message).toMatch(/The disk in the image has the marks of qcow2/);
});

it("makes no object of parts that another converter has stored since one was done, but has it done again", async () => {
  const service = convertingService();
  const { id, taskId } = await begun(service);
  await service.attend(taskId);
  expect(await service.convert(taskId)).toBe("converted");
  const { transfer_id = "" } = service.taskOf(taskId).import ?? {};
  const { transfer } = await service.ports.images.findWithTransfer(id, transfer_id);
  const { key = "", upload_id = "" } = transfer ?? {};
  const store = service.ports.stores.of({ store: transfer?.store ?? "" });
  const late = Buffer.alloc(100, "late");
  await store.sendPart(key, upload_id, 2, late, 100, createHash("md5").update(late).digest("hex"));
  // Others are messages that find nothing to do any more.
  const results = (await service.run()).filter((result) => result !== "nothing to do");
  expect(results).toEqual(["converts", "converted", "imported"]);
  expect(service.imageOf(id)).toMatchObject({ status: "active", ...hashesOf(disk) });
  expect(await service.leftovers()).toEqual([]);
});
