import { describe, expect, it } from "vitest";
import { afterBroken, repeatedUpload } from "../../../../shared/images/domain/broken-upload.ts";
import { abortTransfer } from "../../../../shared/images/operations/transfers/abort-transfer.ts";
import { completeTransfer } from "../../../../shared/images/operations/transfers/complete-transfer.ts";
import { noteBrokenUpload } from "../../../../shared/images/operations/transfers/note-broken-upload.ts";
import { openTransfer } from "../../../../shared/images/operations/transfers/open-transfer.ts";
import { stageImage, uploadImage } from "../../../../shared/images/operations/transfers/upload-image.ts";
import { alt, demo, hashesOf, memoryService } from "../../../fakes/images/service.ts";

const nothing = new Uint8Array();
const some = Buffer.from("some bytes");
const sized = (size: number | null) => ({
  size,
  announced: true,
  leaseSeconds: 60,
  stage: false,
  multipart: true,
});
const looksRepeated = { status: 400, message: expect.stringMatching(/repetition.*after 20/) };

type Service = ReturnType<typeof memoryService>;
const emptyUpload = ({ ports }: Service, id: string, announced = false) =>
  uploadImage(ports)(demo, id, nothing, announced);
const broken = async ({ ports }: Service, id: string, size: number | null, isBroken = true) => {
  const { transfer } = await openTransfer(ports)(demo, id, sized(size));
  const access = { caller: demo, token: undefined };
  await abortTransfer(ports)(access, { imageId: id, transferId: transfer.id }, { broken: isBroken });
};

describe("an empty upload", () => {
  it.each([true, false])("that is the first makes an image of 0 bytes, announced: %s", async (announced) => {
    const service = memoryService();
    const { id } = await service.queuedImage({ disk_format: announced ? "raw" : "qcow2" });
    const image = await emptyUpload(service, id, announced);
    expect(image).toMatchObject({ status: "active", size: 0, ...hashesOf(nothing) });
    const staged = await service.queuedImage();
    expect(await stageImage(service.ports)(demo, staged.id, nothing, announced)).toMatchObject({
      status: "uploading",
      size: 0,
    });
  });

  it("is refused with empty_uploads=refuse unless it was announced", async () => {
    const service = memoryService({ empty_uploads: "refuse" });
    const { id } = await service.queuedImage();
    await expect(emptyUpload(service, id)).rejects.toMatchObject({ status: 400 });
    await expect(stageImage(service.ports)(demo, id, nothing, false)).rejects.toMatchObject({ status: 400 });
    expect((await emptyUpload(service, id, true)).status).toBe("active");
  });

  it.each([
    ["broke off", 10, true],
    ["broke off, of unknown length", null, true],
    ["was given up", 10, false],
  ])("is refused for ten minutes after an upload that %s, and taken then", async (_, size, isBroken) => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    await broken(service, id, size, isBroken);
    for (const announced of [true, false])
      await expect(emptyUpload(service, id, announced)).rejects.toMatchObject(looksRepeated);
    await expect(stageImage(service.ports)(demo, id, nothing)).rejects.toMatchObject(looksRepeated);
    service.pass(601);
    expect((await emptyUpload(service, id)).status).toBe("active");
  });

  it("is taken from an uploader that opens its transfer for 0 bytes itself, whatever was given up before", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    await broken(service, id, 10, true);
    const { transfer, token } = await openTransfer(service.ports)(demo, id, {
      ...sized(0),
      announced: undefined,
    });
    const access = { caller: undefined, token };
    const ref = { imageId: id, transferId: transfer.id };
    await completeTransfer(service.ports)(access, ref, { size: 0, ...hashesOf(nothing) });
    expect(await service.ports.images.find(id)).toMatchObject({ status: "active", size: 0 });
  });

  it("is refused after an upload whose lease ran out", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    await openTransfer(service.ports)(demo, id, sized(10));
    service.pass(61);
    await expect(emptyUpload(service, id)).rejects.toMatchObject({ status: 409 });
    await expect(openTransfer(service.ports)(demo, id, sized(0))).rejects.toMatchObject(looksRepeated);
  });

  it("is refused after a refused one, and one with data is not", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    await service.ports.refused.note(id, new Date(service.ports.clock().getTime() + 1000).toISOString());
    await expect(emptyUpload(service, id)).rejects.toMatchObject(looksRepeated);
    await expect(openTransfer(service.ports)(demo, id, sized(0))).rejects.toMatchObject(looksRepeated);
    expect((await uploadImage(service.ports)(demo, id, some)).status).toBe("active");
  });

  it("alone asks for refused ones: uploads with data cost no read more", async () => {
    const { ports, queuedImage } = memoryService();
    const never = async () => {
      throw new Error("asked");
    };
    const refused = { note: never, rememberedUntil: never };
    const { id } = await queuedImage();
    expect((await uploadImage({ ...ports, refused })(demo, id, some)).status).toBe("active");
    await expect(uploadImage({ ...ports, refused })(demo, (await queuedImage()).id, nothing)).rejects.toThrow(
      "asked",
    );
  });

  it("does not make the next one a repeat when it fails itself", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    await broken(service, id, 0);
    expect((await emptyUpload(service, id)).status).toBe("active");
  });
});

describe("an upload that was cut off before it began", () => {
  it("refuses the rest of it and nothing, and takes the whole", async () => {
    const service = memoryService();
    const { id, updated_at } = await service.queuedImage();
    await noteBrokenUpload(service.ports)(demo, id, { size: 10, stage: false });
    expect(await service.ports.images.find(id)).toMatchObject({ status: "queued", updated_at });
    await expect(uploadImage(service.ports)(demo, id, some.subarray(1))).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining("rest of it"),
    });
    await expect(emptyUpload(service, id)).rejects.toMatchObject(looksRepeated);
    expect((await uploadImage(service.ports)(demo, id, some)).status).toBe("active");
  });

  it("is remembered for those only who may upload", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage({ visibility: "community" });
    await expect(
      noteBrokenUpload(service.ports)(alt, id, { size: 2 ** 41, stage: false }),
    ).rejects.toMatchObject({
      status: 403,
    });
    expect((await service.ports.images.find(id))?.broken_upload).toBeNull();
  });

  it("is not remembered when it had no data", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    await noteBrokenUpload(service.ports)(demo, id, { size: 0, stage: false });
    expect((await service.ports.images.find(id))?.broken_upload).toBeNull();
    expect((await emptyUpload(service, id)).status).toBe("active");
  });

  it("changes nothing while another upload lives", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    const { image } = await openTransfer(service.ports)(demo, id, sized(10));
    await noteBrokenUpload(service.ports)(demo, id, { size: 20, stage: false });
    expect(await service.ports.images.find(id)).toEqual(image);
  });
});

it("what is remembered grows, never shrinks, and ends", () => {
  const at = (minutes: number) => new Date(minutes * 60_000);
  const first = afterBroken(null, 300, at(0));
  expect(repeatedUpload(first, 299, at(9))).toBe(first);
  expect(repeatedUpload(first, 300, at(9))).toBeUndefined();
  expect(repeatedUpload(first, null, at(9))).toBeUndefined();
  expect(repeatedUpload(first, 0, at(10))).toBeUndefined();
  expect(afterBroken(first, 200, at(5))).toEqual({ size: 300, until: at(15).toISOString() });
  expect(afterBroken(first, null, at(5)).size).toBe(300);
  expect(afterBroken(first, 200, at(11)).size).toBe(200);
  const unknown = afterBroken(null, null, at(0));
  expect(repeatedUpload(unknown, 1, at(1))).toBeUndefined();
  expect(repeatedUpload(unknown, 0, at(1))).toBe(unknown);
});
