import { describe, expect, it } from "vitest";
import { type Deletion, deletionOf } from "../../../../shared/images/domain/deletion.ts";
import { deleteBytes } from "../../../../shared/images/operations/bytes/delete-bytes.ts";
import { waitingDeletions } from "../../../../shared/images/operations/bytes/waiting-deletions.ts";
import { deleteImage } from "../../../../shared/images/operations/delete-image.ts";
import { uploadImage } from "../../../../shared/images/operations/transfers/upload-image.ts";
import { deletionWrite } from "../../../../shared/images/ports/change.ts";
import { demo, memoryService } from "../../../fakes/images/service.ts";

const data = Buffer.from("0123456789");
type Service = ReturnType<typeof memoryService>;

async function activeImage(service: Service) {
  const { id } = await service.queuedImage();
  return uploadImage(service.ports)(demo, id, data);
}
async function explained(service: Service, deletionId: string) {
  const lines: unknown[] = [];
  await deleteBytes(service.ports)(deletionId, (line) => lines.push(line));
  return lines;
}
const onlyDeletion = ({ metadata }: Service): Deletion => {
  const [deletion] = metadata.deletions.values();
  if (!deletion) throw new Error("no deletion waits");
  return deletion;
};

describe("what becomes of bytes is explained, by what refers to them", () => {
  it("when they are deleted, and when there is nothing left to delete", async () => {
    const service = memoryService();
    const { id } = await activeImage(service);
    await deleteImage(service.ports)(demo, id);
    const { id: deletionId, key, created_at } = onlyDeletion(service);
    const evidence = { store: "s3", object_key: key, image_status: "deleted", cut_loose_at: created_at };
    expect(await explained(service, deletionId)).toStrictEqual([
      { image_id: id, why: "no image refers to these bytes", evidence },
    ]);
    expect(await explained(service, deletionId)).toEqual([
      { why: "no such deletion waits: another run has done it", evidence: {} },
    ]);
  });

  it("with the upload that is aborted, of an image that has no record", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    await service.uploaded(id, data);
    await deleteImage(service.ports)(demo, id);
    service.metadata.images.delete(id);
    const deletion = onlyDeletion(service);
    expect(await explained(service, deletion.id)).toMatchObject([
      { image_id: id, evidence: { image_status: null, upload_id: deletion.upload_id } },
    ]);
    expect(deletion.upload_id).toBeDefined();
  });

  it("when they are kept: an image uses them, or another run deletes them", async () => {
    const service = memoryService();
    const image = await activeImage(service);
    const key = image.locations[0]?.key ?? "";
    const deletion = { id: "x", store: "s3", image_id: image.id, key, created_at: image.created_at };
    await service.ports.images.commit({
      image: { before: image, after: image },
      writes: [deletionWrite(deletion)],
    });
    expect(await explained(service, "x")).toMatchObject([{ why: "the image still refers to these bytes" }]);
    await deleteImage(service.ports)(demo, image.id);
    const now = service.ports.clock();
    await service.ports.images.claimDeletion("x", { now, until: new Date(now.getTime() + 60_000) });
    expect(await explained(service, "x")).toMatchObject([{ why: "another run has this deletion in hand" }]);
    expect(service.bytes.objects.has(key)).toBe(true);
  });
});

it("bytes that were stored in one piece are deleted without an upload to abort", async () => {
  const service = memoryService();
  const { id } = await activeImage(service);
  await deleteImage(service.ports)(demo, id);
  // As S3 answers a request that names no upload.
  service.ports.blobs.abortUpload = async () => {
    throw new Error("NoSuchUpload");
  };
  expect(await deleteBytes(service.ports)(onlyDeletion(service).id)).toBe("removed");
  expect(service.bytes.objects.size).toBe(0);
});

it("a deletion that does not say which bytes of a name are meant deletes none, and is over", async () => {
  const service = memoryService();
  const key = crypto.randomUUID();
  service.bytes.objects.set(key, data);
  const deletion = deletionOf({ image_id: key, key }, service.ports.clock());
  service.metadata.deletions.set(deletion.id, deletion);
  expect(await deleteBytes(service.ports)(deletion.id)).toBe("removed");
  expect(service.bytes.objects.has(key)).toBe(true);
  expect(service.metadata.deletions.size).toBe(0);
});

it("deletions that wait are read a page at a time: each once, the oldest first", async () => {
  const service = memoryService();
  const image = await activeImage(service);
  const ids = Array.from({ length: 1001 }, (_, at) => `2026-01-01T00:00:00.000Z#${1000 + at}`);
  const writes = ids.map((id) =>
    deletionWrite({ id, store: "s3", image_id: image.id, key: id, created_at: image.created_at }),
  );
  await service.ports.images.commit({ image: { before: image, after: image }, writes: writes.reverse() });
  const read: string[] = [];
  for await (const { id } of waitingDeletions(service.ports.images)) {
    read.push(id);
    if (read.length > ids.length) break;
  }
  expect(read).toEqual(ids);
});
