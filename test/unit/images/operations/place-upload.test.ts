import { mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { deleteBytes } from "../../../../shared/images/operations/bytes/delete-bytes.ts";
import { deleteImage } from "../../../../shared/images/operations/delete-image.ts";
import { finalizeImage } from "../../../../shared/images/operations/transfers/finalize-image.ts";
import { showTransfer } from "../../../../shared/images/operations/transfers/show-transfer.ts";
import { uploadImage } from "../../../../shared/images/operations/transfers/upload-image.ts";
import { BlobStoreFailed, StoreFull } from "../../../../shared/images/ports/blob-store.ts";
import { reap } from "../../../../shared/upkeep/operations/reap.ts";
import { folderService } from "../../../fakes/images/folder-service.ts";
import { completed, data, expectInOrder, fileOf } from "../../../fakes/images/folder-uploads.ts";
import { demo, hashesOf } from "../../../fakes/images/service.ts";
import { aRun } from "../../../fakes/upkeep/job-run.ts";

type Files = ReturnType<typeof folderService>["files"];

describe("an upload for a folder", () => {
  it("is brought there before its image is active, and leaves nothing in the bucket", async () => {
    const service = folderService();
    const { id, ref } = await completed(service);
    expect(service.filesThere()).toEqual([]);
    await service.workOff();
    expect(service.imageOf(id)).toMatchObject({
      ...{ status: "active", ...hashesOf(data), size: data.length },
      locations: [{ store: "files", key: id, size: data.length }],
    });
    expect(service.imageOf(id).integrity).toHaveProperty("verified_at");
    expect(fileOf(service, id)).toEqual(data);
    expect(await service.place(ref)).toBe("nothing to do");
    expectInOrder(service);
  });

  it("in one request waits for its place, and goes on by itself where that takes long", async () => {
    const service = folderService();
    const { id } = await service.queuedImage();
    const waiting = uploadImage({ ...service.ports, patienceMs: 5000 })(demo, id, data);
    while (service.work.placing.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await service.workOff();
    expect((await waiting).status).toBe("active");
    const { id: other } = await service.queuedImage();
    expect((await uploadImage(service.ports)(demo, other, data)).status).toBe("saving");
    await service.workOff();
    expect(service.imageOf(other).status).toBe("active");
    expectInOrder(service);
  });

  it("of nothing is an empty file", async () => {
    const service = folderService();
    const { id } = await service.queuedImage();
    await uploadImage(service.ports)(demo, id, Buffer.alloc(0));
    await service.workOff();
    expect([service.imageOf(id).status, fileOf(service, id).length]).toEqual(["active", 0]);
    expectInOrder(service);
  });

  it("is told of as what it was for", async () => {
    const service = folderService();
    const { id } = await completed(service);
    await service.workOff();
    const events = [...service.metadata.outboxEntries.values()].map((entry) => JSON.stringify(entry));
    const upload = events.filter((text) => text.includes('"image.upload"') && text.includes(id));
    expect(upload).toHaveLength(1);
    expect(upload[0]).toContain('"files"');
  });

  it("is refused where the data is not what was stated, and its image queued again", async () => {
    const service = folderService();
    const { id } = await service.queuedImage();
    const { complete, access, ref } = await service.uploaded(id, data);
    await complete({ checksum: "0".repeat(32) });
    await service.workOff();
    const { transfer } = await showTransfer(service.ports)(access, ref, undefined);
    expect(transfer.failure).toMatchObject({ code: 400 });
    expect(service.imageOf(id).status).toBe("queued");
    expectInOrder(service);
  });

  it("ends with 413 and a queued image where the folder is full", async () => {
    const service = folderService();
    for (const call of ["createUpload", "sendPart", "completeUpload"] as const) {
      const { id, ref, access } = await completed(service);
      const full = service.storesWith({
        ...service.files,
        [call]: () => Promise.reject(new StoreFull("The image store is full.")),
      });
      for (const each of service.work.finalizing.splice(0)) expect(each).toEqual(ref);
      expect(await service.place(ref, { others: { stores: full } }), call).toBe("refused");
      await service.workOff();
      const { transfer } = await showTransfer(service.ports)(access, ref, undefined);
      expect(transfer).toMatchObject({ state: "aborted", failure: { code: 413 } });
      expect(service.imageOf(id).status).toBe("queued");
      expectInOrder(service);
    }
  });

  it("says so to who waits for an upload in one request", async () => {
    const service = folderService();
    const { id } = await service.queuedImage();
    const waiting = uploadImage({ ...service.ports, patienceMs: 5000 })(demo, id, data);
    waiting.catch(() => undefined);
    while (service.work.placing.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const full = { createUpload: () => Promise.reject(new StoreFull("The image store is full.")) };
    const [ref] = service.work.placing.splice(0);
    if (!ref) throw new Error("no message");
    await service.place(ref, { others: { stores: service.storesWith({ ...service.files, ...full }) } });
    await expect(waiting).rejects.toMatchObject({ status: 413, message: "The image store is full." });
  });

  it("goes on in the next run where there is no time, with the bytes that are there", async () => {
    const service = folderService();
    const { id, ref } = await completed(service);
    const sent: number[] = [];
    const counting: Files = {
      ...service.files,
      sendPart: (...given) => {
        sent.push(given[2]);
        return service.files.sendPart(...given);
      },
    };
    const others = { stores: service.storesWith(counting) };
    let runs = 0;
    for (; service.imageOf(id).status === "saving" && runs < 20; runs++)
      await service.place(ref, { hasTime: () => false, others });
    expect(sent).toEqual([1, 2, 3, 4, 5]);
    expect(runs).toBeGreaterThan(4);
    await service.workOff();
    expect(service.imageOf(id).status).toBe("active");
    expectInOrder(service);
  });

  it("whose folder was down longer than its message came again is found minutes later", async () => {
    const service = folderService();
    const { id, ref } = await completed(service);
    const down = { createUpload: () => Promise.reject(new BlobStoreFailed("not mounted")) };
    const others = { stores: service.storesWith({ ...service.files, ...down }) };
    await expect(service.place(ref, { others })).rejects.toThrow("not mounted");
    for (const queue of [service.work.finalizing, service.work.placing]) queue.splice(0);
    service.pass(600);
    await reap(service.ports)(aRun().run);
    expect(service.work.finalizing).toEqual([ref]);
    await service.workOff();
    expect(service.imageOf(id).status).toBe("active");
    expectInOrder(service);
  });

  it("that nobody stated hashes of is brought anew where the folder has spoilt it, and not taken as it is there", async () => {
    const service = folderService();
    const { id, ref } = await completed(service);
    const spoiling: Files = {
      ...service.files,
      completeUpload: async (...given) => {
        await service.files.completeUpload(...given);
        writeFileSync(join(service.folder, id), "The data of an image");
      },
    };
    const others = { stores: service.storesWith(spoiling) };
    await expect(service.place(ref, { others })).rejects.toThrow("has spoilt the part 1");
    expect(service.filesThere()).toEqual([]);
    await service.place(ref);
    await service.workOff();
    expect(service.imageOf(id)).toMatchObject({ status: "active", ...hashesOf(data) });
    expect(fileOf(service, id)).toEqual(data);
    expectInOrder(service);
  });

  it("has the mark that its file has when it becomes the image's", async () => {
    const service = folderService();
    const { id, ref } = await completed(service);
    let isTouched = false;
    const late: Files = {
      ...service.files,
      read: async (...given) => {
        const bytes = await service.files.read(...given);
        // As a run does that was left behind before it wrote its part, the same bytes.
        if (!isTouched) utimesSync(join(service.folder, id), 1, 1);
        isTouched = true;
        return bytes;
      },
    };
    const others = { stores: service.storesWith(late) };
    await expect(service.place(ref, { others })).rejects.toThrow("has changed while it was read");
    await service.place(ref);
    await service.workOff();
    expect((await service.files.head(id))?.etag).toBe(service.imageOf(id).locations[0]?.etag);
    expectInOrder(service);
  });

  it("ends where both the folder and the bucket have lost it while it was read", async () => {
    const service = folderService();
    const { id, ref, access } = await completed(service);
    const isRead = () => service.metadata.transfers.get(ref.transferId)?.hashing !== undefined;
    while (!isRead()) await service.place(ref, { hasTime: () => false });
    for (const name of readdirSync(service.folder)) rmSync(join(service.folder, name), { recursive: true });
    mkdirSync(join(service.folder, ".incoming"));
    service.bytes.objects.clear();
    for (let run = 0; run < 3; run++) {
      service.pass(600);
      await service.place(ref);
      for (const each of service.work.finalizing.splice(0))
        await finalizeImage(service.ports)(each, () => true).catch(() => undefined);
    }
    await service.workOff();
    const { transfer } = await showTransfer(service.ports)(access, ref, undefined);
    expect(transfer).toMatchObject({ state: "aborted", failure: { code: 500 } });
    expect(service.imageOf(id).status).toBe("queued");
  });

  it("is in one run's hands at a time", async () => {
    const service = folderService();
    const { ref } = await completed(service);
    let second: string | undefined;
    const others = {
      stores: service.storesWith({
        ...service.files,
        completeUpload: async (...given) => {
          second ??= await service.place(ref);
          return service.files.completeUpload(...given);
        },
      }),
    };
    expect(await service.place(ref, { others })).toBe("activated");
    expect(second).toBe("left to another run");
  });

  it("comes to nothing when its image is deleted on the way, at any step", async () => {
    for (const step of ["createUpload", "listParts", "sendPart", "completeUpload", "findCopied"] as const) {
      const service = folderService();
      const { id, ref } = await completed(service);
      let isDeleted = false;
      const deleting = async (...given: never[]) => {
        const result = await (service.files[step] as (...given: never[]) => Promise<never>)(...given);
        if (!isDeleted) {
          isDeleted = true;
          await deleteImage(service.ports)(demo, id);
          // And its bytes with it, before the run has seen that.
          for (const { deletionId } of service.work.deleting.splice(0))
            await deleteBytes(service.ports)(deletionId);
        }
        return result;
      };
      const others = { stores: service.storesWith({ ...service.files, [step]: deleting }) };
      await service.place(ref, { others }).catch(() => undefined);
      service.pass(600);
      await service.place(ref);
      await service.workOff();
      expect([step, service.imageOf(id).status]).toEqual([step, "deleted"]);
      expectInOrder(service);
    }
  });

  it("waits beside a restored table", async () => {
    const service = folderService();
    const { ref, id } = await completed(service);
    const others = { fence: { whyClosed: async () => "the table was restored" } };
    expect(await service.place(ref, { others })).toBe("nothing to do");
    expect(service.imageOf(id).status).toBe("saving");
  });
});
