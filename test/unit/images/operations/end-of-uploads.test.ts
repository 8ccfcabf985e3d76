import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { completeTransfer } from "../../../../shared/images/operations/transfers/complete-transfer.ts";
import { finalizeImage } from "../../../../shared/images/operations/transfers/finalize-image.ts";
import { openTransfer } from "../../../../shared/images/operations/transfers/open-transfer.ts";
import { uploadImage } from "../../../../shared/images/operations/transfers/upload-image.ts";
import { demo, memoryService } from "../../../fakes/images/service.ts";
import { signedProperties } from "../../../fakes/images/signed-image.ts";
import { theStore } from "../../../fakes/images/the-store.ts";

const data = Buffer.from("0123456789");

describe("stated hashes make an image active at once", () => {
  const completed = async (settings: object, isSigned = false) => {
    const service = memoryService(settings);
    const properties = isSigned ? signedProperties(service, data) : {};
    const { id } = await service.queuedImage({ properties });
    const { complete } = await service.uploaded(id, data);
    const { transfer } = await complete();
    return { status: (await service.ports.images.find(id))?.status, state: transfer.state };
  };

  it("as long as the setting says so", async () => {
    expect(await completed({})).toEqual({ status: "active", state: "complete" });
    const off = await completed({ activate_on_stated_hashes: false });
    expect(off).toEqual({ status: "saving", state: "completing" });
  });

  it("but not an image with a signature, whose bytes are read first", async () => {
    const signed = await completed({}, true);
    expect(signed).toEqual({ status: "saving", state: "completing" });
  });
});

it("an image of more parts than one page lists is completed with all of them", async () => {
  const service = memoryService();
  const { id } = await service.queuedImage();
  const bytes = Buffer.alloc(1003, "abcdefg");
  const { complete } = await service.uploaded(id, bytes, { partBytes: 1 });
  await complete();
  const image = await service.ports.images.find(id);
  expect(image).toMatchObject({ status: "active", size: 1003 });
  expect(service.bytes.objects.get(image?.locations[0]?.key ?? "")).toEqual(bytes);
});

it.each([true, false])(
  "a transfer of unknown size may turn out to be empty, with hashes stated: %s",
  async (stated) => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    const request = { size: null, leaseSeconds: 60, stage: false, multipart: true };
    const { transfer } = await openTransfer(service.ports)(demo, id, request);
    const hash = (algorithm: string) => createHash(algorithm).digest("hex");
    const hashes = stated ? { checksum: hash("md5"), os_hash_value: hash("sha512") } : {};
    const ref = { imageId: id, transferId: transfer.id };
    const complete = () =>
      completeTransfer(service.ports)({ caller: demo, token: undefined }, ref, { size: 0, ...hashes });
    await complete();
    if (!stated) await finalizeImage(service.ports)(ref, () => true);
    expect(await service.ports.images.find(id)).toMatchObject({
      status: "active",
      size: 0,
      checksum: hash("md5"),
    });
    expect((await complete()).transfer.state).toBe("complete");
    expect([service.bytes.uploads.size, service.bytes.objects.size]).toEqual([0, 1]);
  },
);

it("the worker, which may not abort uploads, ends an empty transfer whose completion broke off", async () => {
  const service = memoryService();
  const { id } = await service.queuedImage();
  const request = { size: null, leaseSeconds: 60, stage: false, multipart: true };
  const { transfer } = await openTransfer(service.ports)(demo, id, request);
  const ref = { imageId: id, transferId: transfer.id };
  const denied = async () => {
    throw new Error("AccessDenied");
  };
  const broken = { ...service.ports, stores: theStore({ ...service.ports.blobs, put: denied }) };
  const access = { caller: demo, token: undefined };
  await expect(completeTransfer(broken)(access, ref, { size: 0 })).rejects.toThrow("AccessDenied");
  const worker = { ...service.ports, stores: theStore({ ...service.ports.blobs, abortUpload: denied }) };
  await finalizeImage(worker)(ref, () => true);
  expect(await service.ports.images.find(id)).toMatchObject({ status: "active", size: 0 });
});

it("more than image_size_cap is refused before anything is stored, in one piece or announced", async () => {
  const service = memoryService({ image_size_cap: 9 });
  const { id } = await service.queuedImage();
  const request = { size: 10, leaseSeconds: 60, stage: false, multipart: true };
  await expect(openTransfer(service.ports)(demo, id, request)).rejects.toMatchObject({ status: 413 });
  await expect(uploadImage(service.ports)(demo, id, data)).rejects.toMatchObject({ status: 413 });
  expect((await service.ports.images.find(id))?.status).toBe("queued");
  expect([service.bytes.uploads.size, service.bytes.objects.size]).toEqual([0, 0]);
});
