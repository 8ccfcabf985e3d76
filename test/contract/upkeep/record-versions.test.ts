import { describe, expect, it } from "vitest";
import { servedFromCache } from "../../../shared/cache/operations/serve-image.ts";
import { imageItem } from "../../../shared/images/adapters/dynamodb/image-item.ts";
import { deletionKey, imageKey } from "../../../shared/images/adapters/dynamodb/keys.ts";
import { deletionOf } from "../../../shared/images/domain/deletion.ts";
import type { Image } from "../../../shared/images/domain/image.ts";
import { objectKey } from "../../../shared/images/domain/object-key.ts";
import { deleteBytes } from "../../../shared/images/operations/bytes/delete-bytes.ts";
import { deleteImage } from "../../../shared/images/operations/delete-image.ts";
import { configuredStores } from "../../../shared/images/operations/stores/configured-stores.ts";
import { downloadImage } from "../../../shared/images/operations/transfers/download-image.ts";
import { deletionWrite } from "../../../shared/images/ports/change.ts";
import { UnknownStore } from "../../../shared/images/ports/stores.ts";
import { admin } from "../../fakes/images/service.ts";
import { aRun } from "../../fakes/upkeep/job-run.ts";
import { withHints } from "../../fakes/with-hints.ts";
import { deletePending, jobNames, jobOn, jobPorts } from "./all-jobs.ts";
import { auditedTable } from "./audited-table.ts";
import { itemOfVersion1, itemOfVersion2, writtenByVersion2 } from "./old-records.ts";

const DAY = 86_400;

async function oldAndNew() {
  const table = await auditedTable();
  const { ports, ages } = jobPorts(table);
  for (const place of [table.tableBeat, table.bucketBeat])
    place.set({ table: "table-1", beat: 1, version: "met" });
  const run = async (name: string) => {
    const { run: job } = aRun({ now: true });
    const { work, ports: own } = jobOn(name, table, ports);
    await work(own)(job);
    return job.tally.counts();
  };
  /** What an image has in the store, old enough for the reaper. */
  const active = async (changes: Partial<Image> = {}) => {
    const image = await table.active(changes);
    ages.set(image.locations[0]?.key ?? "", table.at(90 * DAY));
    return image;
  };
  const signed: string[] = [];
  const all = withHints({
    ...ports,
    stores: {
      of: (bytes: { readonly store: string }) => ({
        ...ports.stores.of(bytes),
        signDownload: async (key: string) => {
          signed.push(key);
          return key;
        },
      }),
    },
    configured: configuredStores(ports.settings),
    cached: servedFromCache({ ...ports, records: ports.cache, report: () => undefined }),
    notify: async () => undefined,
  });
  const download = (id: string) => downloadImage(all)(admin, id);
  return { table, ports: all, run, active, download };
}

const forms: Readonly<Record<string, (image: Image) => Record<string, unknown>>> = {
  "version 1": itemOfVersion1,
  "version 2": itemOfVersion2,
  "version 3": (image) => imageItem(image),
  "version 3, written by version 2 since": (image) =>
    writtenByVersion2({ ...imageItem(image), locations: [] }, { location: itemOfVersion2(image).location }),
};

describe.each(Object.entries(forms))("a record of %s", (_, itemOf) => {
  it("names its bytes to every reader, and no job takes them for anybody's but the image's", async () => {
    const { table, run, active, download } = await oldAndNew();
    const image = await active();
    const key = image.locations[0]?.key ?? "";
    await table.put(itemOf(image));
    expect((await table.ports.images.find(image.id))?.locations).toMatchObject([{ store: "s3", key }]);
    expect(await download(image.id)).toBe(key);
    for (const name of jobNames) expect(await run(name), name).toMatchObject({ failed: 0 });
    expect(table.bytes.objects.has(key)).toBe(true);
    expect((await table.ports.images.find(image.id))?.status).toBe("active");
    expect((await table.findings()).filter(({ state }) => state !== "mended")).toEqual([]);
  });

  it("loses its bytes with its image, and not before", async () => {
    const { table, ports, active } = await oldAndNew();
    const image = await active();
    const kept = await active();
    await table.put(itemOf(image));
    await deleteImage(ports)(admin, image.id);
    expect(table.bytes.objects.size).toBe(2);
    await deletePending(table);
    expect([...table.bytes.objects.keys()]).toEqual([kept.locations[0]?.key]);
    expect(await ports.images.pendingDeletions(10)).toEqual([]);
  });
});

describe("item-migration", () => {
  it("leaves a record of version 3 that older releases read as before", async () => {
    const { table, run, active } = await oldAndNew();
    const image = await active();
    const old = itemOfVersion2(image);
    await table.put(old);
    expect(await run("item-migration")).toMatchObject({ acted: 1, failed: 0 });
    const item = await table.get(imageKey(image.id));
    expect(item).toMatchObject({ v: 3, location: old.location, locations: image.locations });
    expect(await run("item-migration")).toMatchObject({ acted: 0, failed: 0 });
    // Version 2 throws the data away meanwhile, as at the end of an upload without data.
    await table.put(writtenByVersion2(item ?? {}, { location: null, status: "queued", revision: 9 }));
    expect(await table.ports.images.find(image.id)).toMatchObject({ status: "queued", locations: [] });
  });
});

describe("a deletion that names no store", () => {
  it("is of the first store, and done", async () => {
    const { table, ports } = await oldAndNew();
    const key = objectKey({ imageId: "00000000-0000-4000-8000-000000000001", transferId: "x" });
    await table.bytes.store.put(key, Buffer.from("old"));
    const { store: _, ...deletion } = deletionOf({ image_id: "none", key }, new Date(0));
    await table.put({ ...deletionKey(deletion.id), v: 1, ...deletion });
    expect(await deleteBytes(ports)(deletion.id)).toBe("removed");
    expect(table.bytes.objects.size).toBe(0);
  });
});

describe("a store that is not configured", () => {
  const elsewhere = async () => {
    const service = await oldAndNew();
    const image = await service.active();
    const [location] = image.locations;
    if (!location) throw new Error("it is active");
    const moved = await service.table.commit(image, { locations: [{ ...location, store: "tape" }] });
    return { ...service, image: moved, key: location.key };
  };

  it("is named to whoever wants the data", async () => {
    const { image, download } = await elsewhere();
    await expect(download(image.id)).rejects.toThrow(UnknownStore);
    await expect(download(image.id)).rejects.toThrow("'tape'");
  });

  it("loses nothing to any job: what needs its bytes fails, and neither they nor the record are touched", async () => {
    const { table, run, image, key } = await elsewhere();
    const before = await table.get(imageKey(image.id));
    expect((await run("auditor-light")).failed).toBe(1);
    for (const name of jobNames) await run(name);
    expect(await table.get(imageKey(image.id))).toEqual(before);
    expect(table.bytes.objects.has(key)).toBe(true);
    expect(await table.ports.images.pendingDeletions(10)).toEqual([]);
  });

  it("keeps a deletion of bytes in it, unclaimed, until there is the store", async () => {
    const { table, ports, image, key } = await elsewhere();
    const deletion = deletionOf({ image_id: image.id, store: "tape", key }, new Date(0));
    const after: Image = { ...image, status: "deleted", deleted_at: table.at(0) };
    await ports.images.commit({ image: { before: image, after }, writes: [deletionWrite(deletion)] });
    await expect(deleteBytes(ports)(deletion.id)).rejects.toThrow("'tape'");
    expect(await ports.images.findDeletion(deletion.id)).toEqual(deletion);
    expect(table.bytes.objects.has(key)).toBe(true);
    // Configured again, as the store that has the bytes.
    const again = { ...ports, stores: { of: () => ports.stores.of({ store: "s3" }) } };
    expect(await deleteBytes(again)(deletion.id)).toBe("removed");
  });
});
