import { describe, expect, it } from "vitest";
import { deleteBytes } from "../../../../shared/images/operations/bytes/delete-bytes.ts";
import { deleteImage } from "../../../../shared/images/operations/delete-image.ts";
import { abortTransfer } from "../../../../shared/images/operations/transfers/abort-transfer.ts";
import { openTransfer } from "../../../../shared/images/operations/transfers/open-transfer.ts";
import { signParts } from "../../../../shared/images/operations/transfers/sign-parts.ts";
import { stageImage, uploadImage } from "../../../../shared/images/operations/transfers/upload-image.ts";
import { deletionWrite } from "../../../../shared/images/ports/change.ts";
import { reap } from "../../../../shared/upkeep/operations/reap.ts";
import { demo, memoryService } from "../../../fakes/images/service.ts";
import { aRun } from "../../../fakes/upkeep/job-run.ts";

const data = Buffer.from("0123456789");
const whole = { size: data.length, leaseSeconds: 60, stage: false, multipart: true };

describe("a transfer", () => {
  it("that was aborted signs and completes nothing any more, whoever asks", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    const { access, ref, complete } = await service.uploaded(id, data);
    await abortTransfer(service.ports)(access, ref, { broken: false });
    for (const asker of [access, { caller: demo, token: undefined }]) {
      const signing = signParts(service.ports)(asker, ref, [{ number: 1, size: 1 }]);
      await expect(signing).rejects.toMatchObject({ status: 409 });
    }
    await expect(complete()).rejects.toMatchObject({ status: 409 });
    await abortTransfer(service.ports)(access, ref, { broken: false });
  });

  it("remembers the length of a broken upload: the rest of the file is refused for ten minutes", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    const { access, ref } = await service.uploaded(id, data);
    await abortTransfer(service.ports)(access, ref, { broken: true });
    const rest = openTransfer(service.ports)(demo, id, { ...whole, size: 6 });
    await expect(rest).rejects.toMatchObject({ status: 400 });
    await expect(uploadImage(service.ports)(demo, id, data.subarray(4))).rejects.toMatchObject({
      status: 400,
    });
    service.pass(601);
    expect((await uploadImage(service.ports)(demo, id, data.subarray(4))).status).toBe("active");
  });

  it("of a deleted image ends with 410, and its bytes go", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    const { complete } = await service.uploaded(id, data);
    await deleteImage(service.ports)(demo, id);
    await expect(complete()).rejects.toMatchObject({ status: 410 });
    for (const { deletionId } of service.work.deleting) await deleteBytes(service.ports)(deletionId);
    expect(service.bytes.uploads.size + service.bytes.objects.size).toBe(0);
  });

  it("stages bytes of any format for an import, and they go with the image", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage({ disk_format: "qcow2" });
    const { complete } = await service.uploaded(id, data, { stage: true });
    const { image } = await complete();
    expect(image).toMatchObject({
      status: "uploading",
      checksum: null,
      locations: [],
      staged: { size: 10 },
    });
    await expect(openTransfer(service.ports)(demo, id, whole)).rejects.toMatchObject({ status: 409 });
    await deleteImage(service.ports)(demo, id);
    for (const { deletionId } of service.work.deleting) await deleteBytes(service.ports)(deletionId);
    expect(service.bytes.objects.size).toBe(0);

    const other = await service.queuedImage();
    const staged = await stageImage(service.ports)(demo, other.id, data);
    expect(staged).toMatchObject({ status: "uploading", size: 10, staged: { size: 10 } });
  });

  it("that nobody continues is ended by the reaper, a live one is left alone", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    await openTransfer(service.ports)(demo, id, whole);
    const reaped = async () => {
      const { run } = aRun();
      await reap(service.ports)(run);
      return run.tally.counts();
    };
    expect(await reaped()).toMatchObject({ examined: 1, acted: 0 });
    service.pass(61);
    expect(await reaped()).toMatchObject({ examined: 1, acted: 1 });
    expect((await service.ports.images.find(id))?.status).toBe("queued");
  });

  it("the bytes of an image in use are never deleted", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    const image = await uploadImage(service.ports)(demo, id, data);
    const key = image.locations[0]?.key ?? "";
    const deletion = { id: "x", store: "s3", image_id: id, key, created_at: image.created_at };
    await service.ports.images.commit({
      image: { before: image, after: image },
      writes: [deletionWrite(deletion)],
    });
    expect(await deleteBytes(service.ports)("x")).toBe("refused");
    expect(service.bytes.objects.size).toBe(1);
  });
});
