import { describe, expect, it } from "vitest";
import { deleteBytes } from "../../../../shared/images/operations/bytes/delete-bytes.ts";
import { deleteImage } from "../../../../shared/images/operations/delete-image.ts";
import { recoverImage } from "../../../../shared/images/operations/recover-image.ts";
import { restoreImage } from "../../../../shared/images/operations/restore-image.ts";
import { completeTransfer } from "../../../../shared/images/operations/transfers/complete-transfer.ts";
import { finalizeImage } from "../../../../shared/images/operations/transfers/finalize-image.ts";
import { releaseTransfer } from "../../../../shared/images/operations/transfers/release-transfer.ts";
import { uploadImage } from "../../../../shared/images/operations/transfers/upload-image.ts";
import { deletionWrite } from "../../../../shared/images/ports/change.ts";
import type { PresigningStore } from "../../../../shared/images/ports/presigning-store.ts";
import { scrubber } from "../../../../shared/upkeep/operations/scrubber.ts";
import { admin, demo, hashesOf, memoryService } from "../../../fakes/images/service.ts";
import { theStore } from "../../../fakes/images/the-store.ts";
import { aRun } from "../../../fakes/upkeep/job-run.ts";

/** Each of these fails when one condition is left out of code that deletes, ends or counts. */
const data = Buffer.from("0123456789");
type Service = ReturnType<typeof memoryService>;

async function activeImage(service: Service): Promise<string> {
  const { id } = await service.queuedImage();
  await uploadImage(service.ports)(demo, id, data);
  return id;
}
const stored = async ({ ports }: Service, id: string) => {
  const image = await ports.images.find(id);
  if (!image) throw new Error("no record");
  return image;
};
const keyOf = async (service: Service, id: string) => (await stored(service, id)).locations[0]?.key ?? "";

describe("the scrubber", () => {
  /** Runs it with a list that is as old as `beforehand` is long. */
  async function scrubWhile(service: Service, beforehand: () => Promise<unknown>) {
    const deletedImages = {
      ...service.ports.deletedImages,
      waiting: async (...words: Parameters<typeof service.ports.deletedImages.waiting>) => {
        const page = await service.ports.deletedImages.waiting(...words);
        await beforehand();
        return page;
      },
    };
    const { run } = aRun();
    await scrubber({ ...service.ports, deletedImages }).run(run);
    return run.tally.counts();
  }

  it("takes no image that was restored and deleted again since it was listed: its time has begun anew", async () => {
    const service = memoryService({ delayed_delete: true, scrub_time: 100 });
    const id = await activeImage(service);
    await deleteImage(service.ports)(demo, id);
    service.pass(200);
    let done = false;
    const counts = await scrubWhile(service, async () => {
      if (done) return;
      done = true;
      await restoreImage(service.ports)(admin, id);
      await deleteImage(service.ports)(demo, id);
    });
    expect(done).toBe(true);
    expect(counts).toMatchObject({ acted: 0, failed: 0 });
    expect((await stored(service, id)).status).toBe("pending_delete");
    expect(service.work.deleting).toEqual([]);
  });

  it("takes no image that was restored since it was listed", async () => {
    const service = memoryService({ delayed_delete: true });
    const id = await activeImage(service);
    await deleteImage(service.ports)(demo, id);
    service.pass(1);
    let done = false;
    const counts = await scrubWhile(service, async () => {
      if (!done) await restoreImage(service.ports)(admin, id);
      done = true;
    });
    expect(counts).toMatchObject({ acted: 0, failed: 0 });
    expect((await stored(service, id)).status).toBe("active");
  });
});

describe("bytes that are not those of the record", () => {
  it("are not brought back with an image, whether it is restored or recovered", async () => {
    for (const delayed_delete of [true, false]) {
      const service = memoryService({ delayed_delete });
      const id = await activeImage(service);
      const key = await keyOf(service, id);
      await deleteImage(service.ports)(demo, id);
      for (const { deletionId } of service.work.deleting.splice(0))
        await deleteBytes(service.ports)(deletionId);
      for (const kept of [service.bytes.objects, service.bytes.kept])
        if (kept.has(key)) kept.set(key, data.subarray(0, 4));
      const status = delayed_delete ? "pending_delete" : "deleted";
      const bringBack = delayed_delete ? restoreImage : recoverImage;
      await expect(bringBack(service.ports)(admin, id)).rejects.toMatchObject({ status: 410 });
      expect((await stored(service, id)).status).toBe(status);
    }
  });

  it("end no upload: an object of another size than was declared is refused, and cut loose", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    const { access, ref } = await service.uploaded(id, data);
    const { blobs } = service.ports;
    const short: PresigningStore = {
      ...blobs,
      // As a store does that loses what it has acknowledged.
      completeUpload: async (key, ...rest) => {
        await blobs.completeUpload(key, ...rest);
        service.bytes.objects.set(key, data.subarray(0, 4));
      },
    };
    const ports = { ...service.ports, stores: theStore(short) };
    await expect(completeTransfer(ports)(access, ref, { size: data.length })).rejects.toMatchObject({
      status: 400,
      message: "The image was declared with 10 bytes, but 4 are stored.",
    });
    expect(await stored(service, id)).toMatchObject({ status: "queued", size: null, locations: [] });
    expect(service.work.deleting).toHaveLength(1);
  });
});

describe("the end of a transfer", () => {
  it("is made once: a second release ends nothing and deletes nothing", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    const { ref } = await service.uploaded(id, data);
    expect(await releaseTransfer(service.ports)(ref, { broken: false })).toBe(true);
    expect(await releaseTransfer(service.ports)(ref, { broken: false })).toBe(false);
    expect(service.work.deleting).toHaveLength(1);
  });

  it("is left to whoever uses the transfer again before it is ended", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    const { ref } = await service.uploaded(id, data);
    expect(await releaseTransfer(service.ports)(ref, { broken: true, when: () => false })).toBe(false);
    expect((await stored(service, id)).status).toBe("saving");
  });

  it("of an earlier attempt takes nothing from the later one", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    const first = await service.uploaded(id, data);
    // Somebody has begun anew past it: the earlier attempt is left open.
    const { image, transfer } = await service.ports.images.findWithTransfer(id, first.ref.transferId);
    if (!image || !transfer) throw new Error("it was opened");
    await service.ports.images.commit({
      image: { before: image, after: { ...image, transfer_id: "another" } },
    });
    expect(await releaseTransfer(service.ports)(first.ref, { broken: false })).toBe(true);
    expect(await stored(service, id)).toMatchObject({ status: "saving", transfer_id: "another" });
  });

  it("is refused above the cap, and when parts have other bytes than stated", async () => {
    const service = memoryService({ image_size_cap: 10 });
    const { id } = await service.queuedImage();
    const { access, ref } = await service.uploaded(id, data);
    const complete = (size: number, etag: string) =>
      completeTransfer(service.ports)(access, ref, { size, parts: [{ number: 1, etag }] });
    await expect(complete(11, "x")).rejects.toMatchObject({ status: 413 });
    await expect(complete(10, "0".repeat(32))).rejects.toMatchObject({ status: 400 });
    expect((await service.ports.images.findWithTransfer(id, ref.transferId)).transfer?.state).toBe("open");
  });
});

describe("an upload that ends", () => {
  it("activates nothing when somebody else has ended the transfer meanwhile", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    const { access, ref } = await service.uploaded(id, data);
    const { head } = service.ports.blobs;
    let isReleased = false;
    service.ports.blobs.head = async (key) => {
      const found = await head(key);
      if (!isReleased) {
        isReleased = true;
        await releaseTransfer(service.ports)(ref, { broken: false });
      }
      return found;
    };
    const completion = { size: 10, ...hashesOf(data) };
    await expect(completeTransfer(service.ports)(access, ref, completion)).rejects.toMatchObject({
      status: 409,
      message: "The transfer was aborted. Begin a new one.",
    });
    expect(await stored(service, id)).toMatchObject({ status: "queued", locations: [] });
  });

  it.each([{ checksum: "0".repeat(32) }, { os_hash_value: "0".repeat(128) }])(
    "is refused by the worker when the stored bytes have another hash than %j",
    async (statement) => {
      const service = memoryService({ activate_on_stated_hashes: false });
      const { id } = await service.queuedImage();
      const { access, ref } = await service.uploaded(id, data);
      await completeTransfer(service.ports)(access, ref, { size: 10, ...statement });
      expect(await finalizeImage(service.ports)(ref, () => true)).toBe("refused");
      expect(await stored(service, id)).toMatchObject({ status: "queued", locations: [] });
      expect(service.work.deleting).toHaveLength(1);
    },
  );
});

describe("the verification of an upload", () => {
  it("judges no image that was deleted or has other bytes by now", async () => {
    for (const change of [
      { status: "deleted" as const },
      { locations: [{ store: "s3", key: "other", size: 10 }] },
    ]) {
      const service = memoryService();
      const { id } = await service.queuedImage();
      const { ref, complete } = await service.uploaded(id, data);
      await complete({ checksum: "0".repeat(32) });
      const before = await stored(service, id);
      await service.ports.images.commit({ image: { before, after: { ...before, ...change } } });
      expect(await finalizeImage(service.ports)(ref, () => true)).toBe("nothing to do");
      expect((await stored(service, id)).integrity.mismatch).toBeUndefined();
      expect((await service.ports.findings.list({ limit: 10 })).findings).toEqual([]);
    }
  });

  it("changes nothing of one that gets other bytes while it reads", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    const { ref, complete } = await service.uploaded(id, data);
    await complete();
    const { read } = service.ports.blobs;
    service.ports.blobs.read = async (...words) => {
      const before = await stored(service, id);
      const after = { ...before, locations: [{ store: "s3", key: "other", size: 10 }] };
      if (before.locations[0]?.key !== "other")
        await service.ports.images.commit({ image: { before, after } });
      return read(...words);
    };
    expect(await finalizeImage(service.ports)(ref, () => true)).toBe("nothing to do");
    expect((await stored(service, id)).integrity.verified_at).toBeUndefined();
  });
});

describe("a deletion", () => {
  it("takes no bytes to which an image refers, staged ones neither", async () => {
    for (const member of ["locations", "staged"] as const) {
      const service = memoryService();
      const id = await activeImage(service);
      const before = await stored(service, id);
      const [location] = before.locations;
      if (!location) throw new Error("it is active");
      const after = {
        ...before,
        locations: [],
        staged: null,
        [member]: member === "staged" ? location : [location],
      };
      const at = service.ports.clock().toISOString();
      const deletion = { id: "x", store: "s3", image_id: id, key: location.key, created_at: at };
      await service.ports.images.commit({ image: { before, after }, writes: [deletionWrite(deletion)] });
      expect(await deleteBytes(service.ports)("x")).toBe("refused");
      expect(service.bytes.objects.has(location.key)).toBe(true);
    }
  });

  it("takes no protected image, though it was protected after it was read", async () => {
    const service = memoryService();
    const id = await activeImage(service);
    const { find } = service.ports.images;
    let reads = 0;
    const images = {
      ...service.ports.images,
      find: async (wanted: string) => {
        const found = await find(wanted);
        if (found && reads++ === 0)
          await service.ports.images.commit({
            image: { before: found, after: { ...found, protected: true } },
          });
        return found;
      },
    };
    await expect(deleteImage({ ...service.ports, images })(demo, id)).rejects.toMatchObject({ status: 403 });
    expect((await stored(service, id)).status).toBe("active");
  });
});
