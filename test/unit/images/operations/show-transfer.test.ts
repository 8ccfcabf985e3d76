import { describe, expect, it } from "vitest";
import { releaseTransfer } from "../../../../shared/images/operations/transfers/release-transfer.ts";
import { showTransfer } from "../../../../shared/images/operations/transfers/show-transfer.ts";
import { UploadGone } from "../../../../shared/images/ports/presigning-store.ts";
import { memoryService } from "../../../fakes/images/service.ts";
import { theStore } from "../../../fakes/images/the-store.ts";

const data = Buffer.from("0123456789");

/** A transfer with three parts, and what the store answers when it is asked for them. */
async function shown(listParts: (service: ReturnType<typeof memoryService>) => Promise<never>) {
  const service = memoryService();
  const { id } = await service.queuedImage();
  const { access, ref, complete } = await service.uploaded(id, data);
  const show = showTransfer({
    ...service.ports,
    stores: theStore({ ...service.ports.blobs, listParts: () => listParts(service) }),
  });
  return { service, ref, complete, show: () => show(access, ref, undefined) };
}

describe("a transfer whose parts are gone when it is shown", () => {
  it("is shown as it ended meanwhile", async () => {
    const ended = await shown(async ({ ports, metadata }) => {
      const [transfer] = metadata.transfers.values();
      if (!transfer) throw new Error("it was opened");
      const ref = { imageId: transfer.image_id, transferId: transfer.id };
      await releaseTransfer(ports)(ref, { broken: false });
      throw new UploadGone(transfer.key);
    });
    expect(await ended.show()).toMatchObject({
      transfer: { state: "aborted" },
      image: { status: "queued" },
      parts: [],
    });
  });

  it("is not shown as one without parts while it is open: its uploader would send all of them again", async () => {
    const open = await shown(async () => {
      throw new UploadGone("image/1");
    });
    await expect(open.show()).rejects.toBeInstanceOf(UploadGone);
  });

  it("nor when the store fails, whatever became of it", async () => {
    const failing = await shown(async ({ ports, metadata }) => {
      const [transfer] = metadata.transfers.values();
      const ref = { imageId: transfer?.image_id ?? "", transferId: transfer?.id ?? "" };
      await releaseTransfer(ports)(ref, { broken: false });
      throw new Error("SlowDown");
    });
    await expect(failing.show()).rejects.toThrow("SlowDown");
  });
});

it("parts are shown a page at a time, all of them once", async () => {
  const service = memoryService();
  const { id } = await service.queuedImage();
  const { access, ref } = await service.uploaded(id, Buffer.alloc(1001), { partBytes: 1 });
  const first = await showTransfer(service.ports)(access, ref, undefined);
  const last = await showTransfer(service.ports)(access, ref, first.nextMarker);
  const numbers = [...first.parts, ...last.parts].map(({ number }) => number);
  expect(numbers).toEqual(Array.from({ length: 1001 }, (_, at) => at + 1));
  expect(last).not.toHaveProperty("nextMarker");
});
