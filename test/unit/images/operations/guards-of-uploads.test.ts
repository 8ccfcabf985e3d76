import { describe, expect, it } from "vitest";
import type { Transfer } from "../../../../shared/images/domain/transfer.ts";
import { quarantineImage } from "../../../../shared/images/operations/integrity/quarantine-image.ts";
import { recoverImage } from "../../../../shared/images/operations/recover-image.ts";
import { completeTransfer } from "../../../../shared/images/operations/transfers/complete-transfer.ts";
import { finalizeImage } from "../../../../shared/images/operations/transfers/finalize-image.ts";
import { openTransfer } from "../../../../shared/images/operations/transfers/open-transfer.ts";
import { uploadImage } from "../../../../shared/images/operations/transfers/upload-image.ts";
import { useTransfer } from "../../../../shared/images/operations/transfers/use-transfer.ts";
import type { Settings } from "../../../../shared/settings.ts";
import { admin, demo, memoryService } from "../../../fakes/images/service.ts";

/** As in guards.test.ts: each of these fails when one condition is left out. */
const MIB = 1024 ** 2;
const data = Buffer.from("0123456789");
const whole = { size: data.length, leaseSeconds: 60, stage: false, multipart: true };
type Service = ReturnType<typeof memoryService>;

const stored = async ({ ports }: Service, id: string) => {
  const image = await ports.images.find(id);
  if (!image) throw new Error("no record");
  return image;
};
async function activeImage(service: Service): Promise<string> {
  const { id } = await service.queuedImage();
  await uploadImage(service.ports)(demo, id, data);
  return id;
}
async function change(service: Service, id: string, members: object): Promise<void> {
  const before = await stored(service, id);
  await service.ports.images.commit({ image: { before, after: { ...before, ...members } } });
}
const transferOf = async (
  service: Service,
  ref: { imageId: string; transferId: string },
): Promise<Transfer> => {
  const { transfer } = await service.ports.images.findWithTransfer(ref.imageId, ref.transferId);
  if (!transfer) throw new Error("no transfer");
  return transfer;
};

describe("a completion is refused", () => {
  it.each([
    [
      "a part is missing, though the others are as long as declared",
      [1, 3],
      6,
      null,
      /^1 parts are missing: 2\./,
    ],
    ["less is stored than declared", [1, 2], 10, null, /declared with 10 bytes, but 8 are stored/],
    [
      "another size was announced than is stored and declared",
      [1, 2],
      8,
      10,
      /opened for 10 bytes, not for 8/,
    ],
  ])("when %s, and the upload can go on", async (_, parts, size, announced, message) => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    const { access, ref } = await service.uploaded(id, data);
    for (const upload of service.bytes.uploads.values())
      for (const number of [1, 2, 3]) if (!parts.includes(number)) upload.parts.delete(number);
    // The fake uploader announces all that it has.
    const { image, transfer } = await service.ports.images.findWithTransfer(id, ref.transferId);
    if (!image || !transfer) throw new Error("it was opened");
    await service.ports.images.commit({
      image: { before: image, after: image },
      writes: [{ kind: "transfer", before: transfer, after: { ...transfer, size: announced } }],
    });
    await expect(completeTransfer(service.ports)(access, ref, { size })).rejects.toMatchObject({
      status: 400,
      message: expect.stringMatching(message),
    });
    expect((await transferOf(service, ref)).state).toBe("open");
    expect(service.bytes.objects.size).toBe(0);
  });

  it("for the second of two at once with another statement: the first one's stays", async () => {
    const service = memoryService({ activate_on_stated_hashes: false });
    const { id } = await service.queuedImage();
    const { access, ref } = await service.uploaded(id, data);
    const { queue } = service.ports;
    let isFirst = true;
    const later = async (...words: Parameters<typeof queue.finalize>) => {
      await queue.finalize(...words);
      if (!isFirst) return;
      isFirst = false;
      await completeTransfer(service.ports)(access, ref, { size: 10, checksum: "1".repeat(32) });
    };
    const ports = { ...service.ports, queue: { ...queue, finalize: later } };
    await completeTransfer(ports)(access, ref, { size: 10, checksum: "2".repeat(32) });
    expect((await transferOf(service, ref)).statement).toMatchObject({ checksum: "1".repeat(32) });
  });
});

describe("the verification of an upload", () => {
  it("is done once: what another run has verified meanwhile is not written again", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    const { ref, complete } = await service.uploaded(id, data);
    await complete();
    const { read } = service.ports.blobs;
    let isFirst = true;
    service.ports.blobs.read = async (...words) => {
      if (isFirst) {
        isFirst = false;
        service.pass(1);
        expect(await finalizeImage(service.ports)(ref, () => true)).toBe("verified");
      }
      return read(...words);
    };
    expect(await finalizeImage(service.ports)(ref, () => true)).toBe("nothing to do");
    const { revision } = await stored(service, id);
    expect(await finalizeImage(service.ports)(ref, () => true)).toBe("nothing to do");
    expect((await stored(service, id)).revision).toBe(revision);
  });

  it("of verified bytes reads nothing and wakes nobody", async () => {
    const service = memoryService();
    const id = await activeImage(service);
    const transferId = (await stored(service, id)).locations[0]?.key.split("/")[1] ?? "";
    service.ports.blobs.read = async () => {
      throw new Error("it was read");
    };
    expect(await finalizeImage(service.ports)({ imageId: id, transferId }, () => true)).toBe("nothing to do");
  });
});

describe("a transfer that begins", () => {
  it.each<[Partial<Settings>, boolean, number]>([
    [{ image_size_total: 1, use_keystone_limits: true }, false, 2 * MIB],
    [{ image_stage_total: 1, use_keystone_limits: true }, true, 2 * MIB],
    [{ image_count_uploading: 0, use_keystone_limits: true }, false, 1],
    [{ image_count_uploading: 0, use_keystone_limits: true }, true, 1],
    [{ user_storage_quota: 15 }, false, 16],
  ])("keeps the limit %j (stage: %s)", async (limits, stage, size) => {
    const service = memoryService(limits);
    const { id } = await service.queuedImage();
    await expect(openTransfer(service.ports)(demo, id, { ...whole, size, stage })).rejects.toMatchObject({
      status: 413,
    });
    expect(await stored(service, id)).toMatchObject({ status: "queued", transfer_id: null });
    expect(service.bytes.uploads.size).toBe(0);
  });

  it("takes no place from one that was used again since it was found to be dead", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    const { ref } = await service.uploaded(id, data);
    const { findWithTransfer, touch } = service.ports.images;
    const alive = await transferOf(service, ref);
    await expect(openTransfer(service.ports)(demo, id, whole)).rejects.toMatchObject({ status: 409 });
    // Its lease runs out; the moment before it is released, somebody uses it.
    service.pass(50);
    let isFirst = true;
    const images = {
      ...service.ports.images,
      findWithTransfer: async (...words: Parameters<typeof findWithTransfer>) => {
        if (isFirst) {
          isFirst = false;
          const until = new Date(service.ports.clock().getTime() + 60_000).toISOString();
          expect(await touch(alive, until)).toBe(true);
          service.pass(20);
        }
        return findWithTransfer(...words);
      },
    };
    await expect(openTransfer({ ...service.ports, images })(demo, id, whole)).rejects.toMatchObject({
      status: 409,
    });
    expect((await transferOf(service, ref)).state).toBe("open");
    await useTransfer(service.ports)(await transferOf(service, ref));
  });

  it.each([
    ["begun", (service: Service, id: string) => openTransfer(service.ports)(demo, id, whole), 1],
    ["ended", (service: Service, id: string) => uploadImage(service.ports)(demo, id, data), 0],
  ] as const)("begins nothing when somebody has %s one since it was read", async (_, other, uploads) => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    const { createUpload } = service.ports.blobs;
    let isFirst = true;
    service.ports.blobs.createUpload = async (key) => {
      if (isFirst) {
        isFirst = false;
        await other(service, id);
      }
      return createUpload(key);
    };
    await expect(openTransfer(service.ports)(demo, id, whole)).rejects.toMatchObject({ status: 409 });
    expect(service.bytes.uploads.size).toBe(uploads);
  });
});

describe("the end of an upload", () => {
  it.each<[Partial<Settings>, boolean]>([
    [{ image_size_total: 0, use_keystone_limits: true }, false],
    [{ user_storage_quota: MIB }, false],
    [{ image_stage_total: 0, use_keystone_limits: true }, true],
  ])("keeps the limit %j (stage: %s), which its beginning did not know", async (limits, stage) => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    const bytes = Buffer.alloc(MIB + 1);
    const { complete, ref } = await service.uploaded(id, bytes, { partBytes: MIB, stage });
    service.ports.limits.of = async () => memoryService(limits).ports.limits.of("");
    await expect(complete()).rejects.toMatchObject({ status: 413 });
    expect(await stored(service, id)).toMatchObject({ status: "queued", locations: [], staged: null });
    expect(await transferOf(service, ref)).toMatchObject({ state: "aborted", failure: { code: 413 } });
    expect(service.work.deleting).toHaveLength(1);
  });
});

describe("a quarantine", () => {
  const damage = { kind: "hash-mismatch", evidence: {} } as const;
  const others = [
    { status: "deleted" as const },
    { status: "pending_delete" as const },
    { locations: [{ store: "s3", key: "other", size: 10 }] },
  ];

  it.each(others)("takes no image out of use that is %j by now", async (members) => {
    const service = memoryService();
    const id = await activeImage(service);
    const key = (await stored(service, id)).locations[0]?.key ?? "";
    await change(service, id, members);
    const before = await stored(service, id);
    expect(await quarantineImage(service.ports)({ imageId: id, store: "s3", key }, damage)).toBe("gone");
    expect(await stored(service, id)).toEqual(before);
    expect((await service.ports.findings.list({ limit: 10 })).findings).toEqual([]);
  });

  it.each(others)("nor one that becomes %j between its reading and its writing", async (members) => {
    const service = memoryService();
    const id = await activeImage(service);
    const key = (await stored(service, id)).locations[0]?.key ?? "";
    const { find } = service.ports.images;
    let isFirst = true;
    const images = {
      ...service.ports.images,
      find: async (wanted: string) => {
        const found = await find(wanted);
        if (isFirst) {
          isFirst = false;
          await change(service, id, members);
        }
        return found;
      },
    };
    expect(
      await quarantineImage({ ...service.ports, images })({ imageId: id, store: "s3", key }, damage),
    ).toBe("gone");
    expect((await stored(service, id)).integrity.quarantined).toBeUndefined();
    expect((await service.ports.findings.list({ limit: 10 })).findings).toEqual([]);
  });
});

describe("a recovery", () => {
  it("brings back no image that never had data", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    await change(service, id, { status: "deleted", deleted_at: service.ports.clock().toISOString() });
    await expect(recoverImage(service.ports)(admin, id)).rejects.toThrow("it had no data");
    expect((await stored(service, id)).status).toBe("deleted");
  });
});
