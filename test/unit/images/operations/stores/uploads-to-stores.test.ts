import { describe, expect, it } from "vitest";
import { deleteBytes } from "../../../../../shared/images/operations/bytes/delete-bytes.ts";
import { deleteImage } from "../../../../../shared/images/operations/delete-image.ts";
import { completeTransfer } from "../../../../../shared/images/operations/transfers/complete-transfer.ts";
import { downloadImage } from "../../../../../shared/images/operations/transfers/download-image.ts";
import { finalizeImage } from "../../../../../shared/images/operations/transfers/finalize-image.ts";
import { openTransfer } from "../../../../../shared/images/operations/transfers/open-transfer.ts";
import { releaseTransfer } from "../../../../../shared/images/operations/transfers/release-transfer.ts";
import { showTransfer } from "../../../../../shared/images/operations/transfers/show-transfer.ts";
import { signParts } from "../../../../../shared/images/operations/transfers/sign-parts.ts";
import { uploadImage } from "../../../../../shared/images/operations/transfers/upload-image.ts";
import { demo, hashesOf, memoryService } from "../../../../fakes/images/service.ts";
import { serviceWithStores } from "../../../../fakes/images/several-stores.ts";

const data = Buffer.from("0123456789");
type Service = ReturnType<typeof serviceWithStores>;

const stored = async ({ ports }: Pick<Service, "ports">, id: string) => {
  const image = await ports.images.find(id);
  if (!image) throw new Error("it is there");
  return image;
};

const open = ({ ports }: Service, id: string, store?: string, stage = false) =>
  openTransfer(ports)(demo, id, { size: data.length, store, leaseSeconds: 60, stage, multipart: true });

/** A transfer of all data in one part to a store. */
async function sent(service: Service, id: string, store: string) {
  const { ports, bytesOf } = service;
  const { transfer, token } = await open(service, id, store);
  const access = { caller: undefined, token };
  const ref = { imageId: id, transferId: transfer.id };
  const { parts } = await signParts(ports)(access, ref, [{ number: 1, size: data.length }]);
  bytesOf(store).putPart(parts[0]?.url ?? "", data);
  return { access, ref };
}

describe("an upload goes to", () => {
  it("the store that its caller names, else to the default one", async () => {
    const service = serviceWithStores();
    const [here, there] = [await service.queuedImage(), await service.queuedImage()];
    await uploadImage(service.ports)(demo, here.id, data);
    await uploadImage(service.ports)(demo, there.id, data, true, "cheap");
    expect((await stored(service, here.id)).locations).toMatchObject([{ store: "fast" }]);
    expect((await stored(service, there.id)).locations).toMatchObject([{ store: "cheap" }]);
    expect([service.bytesOf("fast").objects.size, service.bytesOf("cheap").objects.size]).toEqual([1, 1]);
    expect(service.bytes.objects.size).toBe(0);
  });

  it("the default store when it is staged, whatever the caller names", async () => {
    const service = serviceWithStores();
    const { id } = await service.queuedImage();
    const { transfer } = await open(service, id, "nowhere", true);
    expect(transfer.store).toBe("fast");
  });

  it("the one bucket where no stores are named, and no record or notification tells of a store", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    await uploadImage(service.ports)(demo, id, data, true, "nowhere");
    expect((await stored(service, id)).locations).toMatchObject([{ store: "s3" }]);
    expect([...service.metadata.transfers.values()].map(({ store }) => store)).toEqual([undefined]);
    expect(JSON.stringify([...service.metadata.outboxEntries])).not.toContain("backend");
  });
});

describe("before any byte is taken", () => {
  it("an unknown store is refused with 400, even where the image is nobody's", async () => {
    const service = serviceWithStores();
    for (const id of [(await service.queuedImage()).id, "8e5e6d7c-0000-4000-8000-000000000000"])
      for (const store of ["nowhere", "", "__proto__"]) {
        await expect(open(service, id, store)).rejects.toMatchObject({ status: 400 });
        await expect(uploadImage(service.ports)(demo, id, data, true, store)).rejects.toThrow(
          `Store for identifier ${store} not found: the stores are fast, cheap, old.`,
        );
      }
  });

  it("a read-only store is refused with 410, and the image stays queued", async () => {
    const service = serviceWithStores();
    const { id } = await service.queuedImage();
    await expect(open(service, id, "old")).rejects.toMatchObject({ status: 410 });
    await expect(uploadImage(service.ports)(demo, id, data, true, "old")).rejects.toMatchObject({
      status: 410,
    });
    expect((await stored(service, id)).status).toBe("queued");
    expect(service.bytesOf("old").uploads.size).toBe(0);
  });
});

describe("a transfer stays with its store", () => {
  it("from its first part to the image, its verification, its download and its deletion", async () => {
    const service = serviceWithStores();
    const { ports, bytesOf } = service;
    const { id } = await service.queuedImage();
    const { access, ref } = await sent(service, id, "cheap");
    expect((await showTransfer(ports)(access, ref, undefined)).parts).toHaveLength(1);
    await completeTransfer(ports)(access, ref, { size: data.length, ...hashesOf(data) });
    const { locations } = await stored(service, id);
    expect(locations).toMatchObject([{ store: "cheap", size: data.length }]);
    expect(await finalizeImage(ports)(ref, () => true)).toBe("verified");
    expect(await downloadImage(ports)(demo, id)).toBe(`memory:${locations[0]?.key}`);
    await deleteImage(ports)(demo, id);
    for (const { deletionId } of service.work.deleting.splice(0))
      expect(await deleteBytes(ports)(deletionId)).toBe("removed");
    expect(["fast", "cheap", "s3"].map((store) => bytesOf(store).objects.size)).toEqual([0, 0, 0]);
  });

  it("when it is released: its upload is aborted there", async () => {
    const service = serviceWithStores();
    const { id } = await service.queuedImage();
    const { ref } = await sent(service, id, "cheap");
    await releaseTransfer(service.ports)(ref, { broken: false });
    for (const { deletionId } of service.work.deleting.splice(0))
      await deleteBytes(service.ports)(deletionId);
    expect(service.bytesOf("cheap").uploads.size).toBe(0);
  });
});

it("notifications name the store of an upload as Glance's do, in backend", async () => {
  const service = serviceWithStores();
  const { id } = await service.queuedImage();
  await uploadImage(service.ports)(demo, id, data, true, "cheap");
  const told = [...service.metadata.outboxEntries].map(([, { event_type, payload }]) => [
    event_type,
    (payload as { backend?: string }).backend,
  ]);
  expect(told).toContainEqual(["image.prepare", "cheap"]);
  expect(told).toContainEqual(["image.upload", "cheap"]);
});
