import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { deleteBytes } from "../../../../shared/images/operations/bytes/delete-bytes.ts";
import { storesByName } from "../../../../shared/images/ports/stores.ts";
import { filesystemBlobInventory } from "../../../../shared/upkeep/adapters/filesystem/blob-inventory.ts";
import { inventoriesByName } from "../../../../shared/upkeep/ports/blob-inventory.ts";
import { filesStore, temporaryFolder, usedFolder } from "../../../contract/images/filesystem-under-test.ts";
import { DAY, reaperService } from "../../../fakes/upkeep/reaper.ts";

const temporary = temporaryFolder();

/** The reaper's service with an empty folder `files` that is its own. */
function withFolder() {
  const service = reaperService();
  const folder = usedFolder(mkdtempSync(join(temporary, "images-")));
  const files = filesStore(folder);
  const uploads = { listUploads: async () => ({ uploads: [] }), findUpload: async () => undefined };
  const inventories = inventoriesByName(
    new Map([
      ["s3", service.inventory],
      ["files", { ...filesystemBlobInventory(folder, 2), ...uploads }],
    ]),
  );
  const file = (name: string = randomUUID(), seconds = 8 * DAY) => {
    writeFileSync(join(folder, name), "rubbish");
    const at = Date.parse(service.ago(seconds)) / 1000;
    utimesSync(join(folder, name), at, at);
    return name;
  };
  const stores = storesByName(
    new Map([
      ["s3", service.ports.blobs],
      ["files", files as typeof service.ports.blobs],
    ]),
  );
  return {
    ...service,
    files,
    folder,
    file,
    reap: () => service.fire({}, { ...service.ports, inventories }),
    deletePending: async () => {
      for (const { deletionId } of service.work.deleting.splice(0))
        await deleteBytes({ ...service.ports, stores })(deletionId);
    },
    left: () =>
      readdirSync(folder)
        .filter((name) => name !== ".incoming")
        .toSorted(),
  };
}

test("files of no image go, and no others", async () => {
  const service = withFolder();
  await service.reap();
  service.file();
  service.file();
  const young = service.file(undefined, DAY);
  const foreign = service.file("somebody-elses");
  const { image } = await service.stored({ locations: [] });
  const used = service.file(image.id);
  const locations = [
    { store: "files", key: image.id, size: 7, etag: (await service.files.head(used))?.etag ?? "" },
  ];
  await service.ports.images.commit({ image: { before: image, after: { ...image, locations } } });
  const { image: another } = await service.stored();
  service.file(another.id);
  expect(await service.reap()).toMatchObject({ failed: 0 });
  await service.deletePending();
  expect(service.left()).toEqual([young, foreign, used].toSorted());
});

test("a folder of another table is none of this one's, from the first beat on", async () => {
  const service = withFolder();
  const name = service.file();
  expect(await service.reap()).toMatchObject({ acted: 0, stopped: expect.stringContaining(name) });
  expect(service.bucket.now()).toBeUndefined();
});

test("a file that is written anew after it was found to be nobody's stays", async () => {
  const service = withFolder();
  await service.reap();
  const name = service.file();
  await service.reap();
  const { image } = await service.stored({ id: name, locations: [] } as object);
  writeFileSync(join(service.folder, name), "the image's data by now");
  const etag = (await service.files.head(name))?.etag ?? "";
  const locations = [{ store: "files", key: name, size: 23, etag }];
  await service.ports.images.commit({ image: { before: image, after: { ...image, locations } } });
  await service.deletePending();
  expect(service.left()).toEqual([name]);
});

test("a file that an upload under way has brought stays, however old", async () => {
  const service = withFolder();
  await service.reap();
  const { image } = await service.stored({ status: "saving", locations: [] });
  const name = service.file(image.id);
  const transfer = {
    ...{ id: randomUUID(), image_id: image.id, revision: 0, state: "completing" as const, place_in: "files" },
    ...{ key: `${image.id}/${randomUUID()}`, size: 7, part_size: 7, token_hash: "0".repeat(64) },
    ...{
      lease_seconds: 60,
      expires_at: service.ago(0),
      latest_expiry: service.ago(0),
      created_at: service.ago(0),
    },
  };
  await service.ports.images.commit({
    image: { before: image, after: { ...image, transfer_id: transfer.id } },
    writes: [{ kind: "transfer", before: undefined, after: transfer }],
  });
  await service.reap();
  await service.deletePending();
  expect(service.left()).toEqual([name]);
});
