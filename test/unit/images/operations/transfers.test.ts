import { describe, expect, it } from "vitest";
import { deleteBytes } from "../../../../shared/images/operations/bytes/delete-bytes.ts";
import { completeTransfer } from "../../../../shared/images/operations/transfers/complete-transfer.ts";
import { finalizeImage } from "../../../../shared/images/operations/transfers/finalize-image.ts";
import { openTransfer } from "../../../../shared/images/operations/transfers/open-transfer.ts";
import { showTransfer } from "../../../../shared/images/operations/transfers/show-transfer.ts";
import { signParts } from "../../../../shared/images/operations/transfers/sign-parts.ts";
import { alt, demo, hashesOf, memoryService } from "../../../fakes/images/service.ts";

const data = Buffer.from("0123456789");
const always = () => true;
const whole = { size: data.length, leaseSeconds: 60, stage: false, multipart: true };

describe("a transfer", () => {
  it("makes the image active with the stated hashes, and the worker verifies them", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    const { ref, complete } = await service.uploaded(id, data);
    const { image } = await complete();
    expect(image).toMatchObject({ status: "active", size: 10, ...hashesOf(data), os_hash_algo: "sha512" });
    expect(image.integrity.verified_at).toBeUndefined();

    // The one that would come after a crash, and the one by which the work begins at once.
    expect(service.work.finalizing).toEqual([ref, ref]);
    expect(service.work.finalizeDelays).toEqual([30, 0]);
    expect(await finalizeImage(service.ports)(ref, always)).toBe("verified");
    const verified = await service.ports.images.find(id);
    expect(verified?.integrity.verified_at).toBeDefined();
    expect(await finalizeImage(service.ports)(ref, always)).toBe("nothing to do");
  });

  it("deactivates an image whose stated hashes are wrong, and says why", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    const { ref, complete } = await service.uploaded(id, data);
    await complete({ checksum: "0".repeat(32) });
    expect(await finalizeImage(service.ports)(ref, always)).toBe("mismatch");
    const image = await service.ports.images.find(id);
    expect(image?.status).toBe("deactivated");
    expect(image?.integrity.mismatch).toContain(hashesOf(data).checksum);
  });

  it("without stated hashes stays saving until the worker has computed them", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    const { ref, complete } = await service.uploaded(id, data);
    const { image } = await complete({ checksum: undefined, os_hash_value: undefined });
    expect(image.status).toBe("saving");
    expect(service.work.finalizeDelays).toEqual([30, 0]);
    expect(await finalizeImage(service.ports)(ref, always)).toBe("activated");
    expect(await service.ports.images.find(id)).toMatchObject({ status: "active", ...hashesOf(data) });
  });

  it("needs no worker at once when its bytes are staged, or when they were refused", async () => {
    const service = memoryService();
    const staged = await service.uploaded((await service.queuedImage()).id, data, { stage: true });
    await staged.complete();
    const other = await service.queuedImage({ disk_format: "qcow2" });
    await expect((await service.uploaded(other.id, data)).complete()).rejects.toMatchObject({ status: 415 });
    expect(service.work.finalizeDelays).toEqual([30, 30]);
  });

  it("is done for its uploader though the worker could not be woken: the later message is there", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    const { ref, complete } = await service.uploaded(id, data);
    const { finalize } = service.ports.queue;
    service.ports.queue.finalize = (message, delay) =>
      delay === 0 ? Promise.reject(new Error("no queue")) : finalize(message, delay);
    expect((await complete()).image.status).toBe("active");
    expect(service.work.finalizing).toEqual([ref]);
    expect(await finalizeImage(service.ports)(ref, always)).toBe("verified");
  });

  it("keeps a second attempt out while it lives, and gives way when its lease is over", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    await openTransfer(service.ports)(demo, id, whole);
    await expect(openTransfer(service.ports)(demo, id, whole)).rejects.toMatchObject({ status: 409 });
    service.pass(61);
    const second = await openTransfer(service.ports)(demo, id, whole);
    expect(second.image.transfer_id).toBe(second.transfer.id);
  });

  it("lives on while it is used, and not beyond its longest life", async () => {
    const service = memoryService({ transfer_lifetime_max: 200 });
    const { id } = await service.queuedImage();
    const { ref, access } = await service.uploaded(id, data);
    for (let used = 0; used < 4; used++) {
      service.pass(45);
      await showTransfer(service.ports)(access, ref, undefined);
    }
    service.pass(45);
    await expect(showTransfer(service.ports)(access, ref, undefined)).rejects.toMatchObject({ status: 410 });
  });

  it("answers a second complete with the first result", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    const { complete } = await service.uploaded(id, data);
    const first = await complete();
    expect((await complete()).image).toEqual(first.image);
    expect(service.work.finalizing).toHaveLength(2);
  });

  it("takes the ETags of parts in quotes and in capitals", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    const { access, ref } = await service.uploaded(id, data, { partBytes: data.length });
    const etag = `"${hashesOf(data).checksum.toUpperCase()}"`;
    const completion = { size: data.length, parts: [{ number: 1, etag }], ...hashesOf(data) };
    const { image } = await completeTransfer(service.ports)(access, ref, completion);
    expect(image.status).toBe("active");
  });

  it("names the parts that are missing and goes on when they are there", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    const { transfer, token } = await openTransfer(service.ports)(demo, id, whole);
    const access = { caller: undefined, token };
    const ref = { imageId: id, transferId: transfer.id };
    const put = async (number: number, bytes: Uint8Array) => {
      const { parts } = await signParts(service.ports)(access, ref, [{ number, size: bytes.length }]);
      service.bytes.putPart(parts[0]?.url ?? "", bytes);
    };
    const complete = () => completeTransfer(service.ports)(access, ref, { size: 10, ...hashesOf(data) });
    await put(3, data.subarray(8));
    await expect(complete()).rejects.toThrow("2 parts are missing: 1, 2");
    await put(1, data.subarray(0, 4));
    await put(2, data.subarray(4, 8));
    expect((await complete()).image.status).toBe("active");
  });

  it("refuses data of another format, keeps the reason and frees the image", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage({ disk_format: "qcow2" });
    const { complete } = await service.uploaded(id, data);
    await expect(complete()).rejects.toMatchObject({ status: 415 });
    await expect(complete()).rejects.toMatchObject({ status: 415 });
    expect(await service.ports.images.find(id)).toMatchObject({
      status: "queued",
      checksum: null,
      size: null,
    });
    const [message] = service.work.deleting;
    expect(await deleteBytes(service.ports)(message?.deletionId ?? "")).toBe("removed");
    expect(service.bytes.objects.size).toBe(0);
  });

  it("takes an image of 0 bytes without parts", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    const { complete } = await service.uploaded(id, Buffer.alloc(0));
    expect((await complete()).image).toMatchObject({ status: "active", size: 0 });
  });

  it("is nobody else's: other projects get 404, wrong tokens 403", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    const { ref } = await service.uploaded(id, data);
    const other = await service.uploaded((await service.queuedImage()).id, data);
    const show = showTransfer(service.ports);
    await expect(show({ caller: alt, token: undefined }, ref, undefined)).rejects.toMatchObject({
      status: 404,
    });
    await expect(show({ caller: undefined, token: "x" }, ref, undefined)).rejects.toMatchObject({
      status: 403,
    });
    await expect(show(other.access, ref, undefined)).rejects.toMatchObject({ status: 403 });
  });
});
