import { describe, expect, it } from "vitest";
import { type Image, RECORD_VERSION } from "../../../../shared/images/domain/image.ts";
import { addMember } from "../../../../shared/images/operations/members/add-member.ts";
import { uploadImage } from "../../../../shared/images/operations/transfers/upload-image.ts";
import { RevisionConflict } from "../../../../shared/images/ports/image-store.ts";
import { migrated } from "../../../../shared/upkeep/operations/migration/image-steps.ts";
import { itemMigration } from "../../../../shared/upkeep/operations/migration/item-migration.ts";
import type { RecordRef } from "../../../../shared/upkeep/ports/records.ts";
import { demo, memoryService } from "../../../fakes/images/service.ts";
import { aRun } from "../../../fakes/upkeep/job-run.ts";
import { memoryCheckpoints } from "../../../fakes/upkeep/memory-checkpoints.ts";

const data = Buffer.from("0123456789");
type Service = ReturnType<typeof memoryService>;

/** An active image with one member as version 1 recorded it: no count of members, no etag. */
async function oldImage(service: Service, attributes: Partial<Image> = {}): Promise<Image> {
  const { id } = await service.queuedImage();
  await addMember(service.ports)(demo, id, "alt-project");
  const stored = await uploadImage(service.ports)(demo, id, data);
  const locations = stored.locations.map(({ etag: _, ...location }) => location);
  const after = { ...stored, record_version: 1, member_count: 0, locations, ...attributes };
  return (await service.ports.images.commit({ image: { before: stored, after } })).image;
}
const etagOf = async ({ ports }: Service, key: string) => (await ports.blobs.head(key))?.etag;

describe("a record of version 1 as one of today", () => {
  it("has its members counted, and its bytes marked as the store has them", async () => {
    const service = memoryService();
    const old = await oldImage(service);
    const key = old.locations[0]?.key ?? "";
    const etag = await etagOf(service, key);
    expect(etag).toBeDefined();
    expect(await migrated(service.ports, old)).toEqual({
      ...old,
      record_version: RECORD_VERSION,
      member_count: 1,
      locations: [{ store: "s3", key, size: 10, etag }],
    });
    const staged = { ...old, status: "uploading", locations: [], staged: old.locations[0] ?? null } as const;
    expect((await migrated(service.ports, staged)).staged?.etag).toBe(etag);
  });

  it("gets no mark of bytes that are not as recorded, not there, or not its own any more", async () => {
    const service = memoryService();
    const old = await oldImage(service);
    const key = old.locations[0]?.key ?? "";
    const marks = async (image: Image) =>
      (await migrated(service.ports, image)).locations.map(({ etag }) => etag);
    expect(await marks({ ...old, status: "deleted" })).toEqual([undefined]);
    const marked = old.locations.map((location) => ({ ...location, etag: "arrived" }));
    expect(await marks({ ...old, locations: marked })).toEqual(["arrived"]);
    service.bytes.objects.set(key, data.subarray(1));
    expect(await marks(old)).toEqual([undefined]);
    service.bytes.objects.delete(key);
    expect(await marks(old)).toEqual([undefined]);
  });

  it("is made by the steps between; a version that nobody knows is refused", async () => {
    const service = memoryService();
    const old = await oldImage(service);
    expect(await migrated(service.ports, { ...old, record_version: 2 })).toEqual({
      ...old,
      record_version: RECORD_VERSION,
    });
    await expect(migrated(service.ports, { ...old, record_version: 0 })).rejects.toThrow("record version 0");
    const later = { ...old, record_version: RECORD_VERSION + 1 };
    expect(await migrated(service.ports, later)).toBe(later);
  });
});

describe("the migration", () => {
  async function migrate(service: Service, images: Service["ports"]["images"] = service.ports.images) {
    const refs = [...service.metadata.images.keys()].map(
      (imageId): RecordRef => ({ kind: "image", imageId }),
    );
    const listed = [...service.metadata.images.values()];
    const unused = async () => [];
    const { run } = aRun();
    await itemMigration({
      ...service.ports,
      images,
      checkpoints: memoryCheckpoints(),
      records: {
        walk: async () => ({ refs: [...refs, { kind: "usage", project: "demo-project" }] }),
        look: async () => ({ images: listed, suspects: [] }),
        faultsOf: unused,
      },
      sleep: async () => undefined,
    }).run(run);
    return run.tally.counts();
  }

  it("writes old records, and only those; a second one finds none", async () => {
    const service = memoryService();
    const old = await oldImage(service);
    const { id } = await service.queuedImage();
    const other = await service.ports.images.find(id);
    expect(await migrate(service)).toMatchObject({ examined: 3, acted: 1, failed: 0 });
    expect(await service.ports.images.find(old.id)).toMatchObject({
      record_version: RECORD_VERSION,
      revision: old.revision + 1,
      member_count: 1,
    });
    expect(await service.ports.images.find(id)).toEqual(other);
    expect(await migrate(service)).toMatchObject({ examined: 3, acted: 0, failed: 0 });
  });

  it("loses no write of others between its reading and its writing", async () => {
    const service = memoryService();
    const old = await oldImage(service);
    const { commit } = service.ports.images;
    let others = 0;
    const images = {
      ...service.ports.images,
      commit: async (change: Parameters<typeof commit>[0]) => {
        const before = await service.ports.images.find(old.id);
        if (before && others++ < 4)
          await commit({ image: { before, after: { ...before, name: `name ${others}` } } });
        return commit(change);
      },
    };
    expect(await migrate(service, images)).toMatchObject({ acted: 1, failed: 0 });
    expect(await service.ports.images.find(old.id)).toMatchObject({
      name: "name 4",
      record_version: RECORD_VERSION,
    });
  });

  it.each([
    ["conflicts without an end", () => new RevisionConflict(), 5],
    ["another error", () => new Error("throttled"), 1],
  ])("gives an image up after %s, and leaves it as it is", async (_, error, attempts) => {
    const service = memoryService();
    const old = await oldImage(service);
    let tried = 0;
    const images = {
      ...service.ports.images,
      commit: async () => {
        tried++;
        throw error();
      },
    };
    expect(await migrate(service, images)).toMatchObject({ acted: 0, failed: 1 });
    expect(tried).toBe(attempts);
    expect(await service.ports.images.find(old.id)).toEqual(old);
  });

  it("writes nothing of an image that was deleted for good, or migrated, since it was listed", async () => {
    const service = memoryService();
    const old = await oldImage(service);
    for (const found of [undefined, { ...old, record_version: RECORD_VERSION }]) {
      const images = { ...service.ports.images, find: async () => found };
      expect(await migrate(service, images)).toMatchObject({ acted: 0, failed: 0 });
    }
    expect(await service.ports.images.find(old.id)).toEqual(old);
  });
});
