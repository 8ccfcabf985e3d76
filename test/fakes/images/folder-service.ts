import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { folderStore } from "../../../shared/images/adapters/filesystem/folder-uploads.ts";
import type { Image } from "../../../shared/images/domain/image.ts";
import { FIRST_STORE } from "../../../shared/images/domain/location.ts";
import { deleteBytes } from "../../../shared/images/operations/bytes/delete-bytes.ts";
import { attendCopies } from "../../../shared/images/operations/copies/attend-copies.ts";
import { finalizeImage } from "../../../shared/images/operations/transfers/finalize-image.ts";
import { type PlacePorts, placeUpload } from "../../../shared/images/operations/transfers/place-upload.ts";
import { storesByName } from "../../../shared/images/ports/stores.ts";
import { parseStores } from "../../../shared/settings/stores/parse-stores.ts";
import type { Settings } from "../../../shared/settings.ts";
import { whyClosed } from "../../../shared/upkeep/operations/restore-fence.ts";
import { memoryBlobStore } from "./memory-blob-store.ts";
import { memoryService } from "./service.ts";

/** The domain on memory ports with a bucket `fast` and a real folder `files`, and the workers that bring bytes there. */
export function folderService(overrides: Partial<Settings> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "glance-folder-"));
  mkdirSync(join(folder, ".incoming"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const enabled_backends = parseStores(
    JSON.stringify([
      { id: "fast", type: "s3" },
      { id: "files", type: "file", datadir: folder },
    ]),
  );
  const settings = { enabled_backends, default_backend: "files", image_cache_dir: "cache", ...overrides };
  const service = memoryService(settings);
  const fast = memoryBlobStore();
  const files = folderStore({
    filesystem_store_datadir: folder,
    filesystem_store_file_perm: 0,
    filesystem_store_chunk_size: 65_536,
  });
  const storesWith = (folderOf = files) =>
    storesByName(
      new Map([
        [FIRST_STORE, service.bytes.store],
        ["fast", fast.store],
        ["files", folderOf as typeof service.bytes.store & typeof files],
      ]),
    );
  const stores = storesWith();
  const fence = { whyClosed: () => whyClosed(service.ports) };
  const ports = {
    ...service.ports,
    stores,
    copyRecords: service.metadata.copyRecords,
    newId: randomUUID,
    fence,
    partBytes: 4,
    patienceMs: 0,
  };
  const { work, metadata } = service;
  const imageOf = (id: string): Image => {
    const image = metadata.images.get(id);
    if (!image) throw new Error(`no image ${id}`);
    return image;
  };
  const place = (
    ref: { imageId: string; transferId: string },
    { hasTime = (): boolean => true, others = {} as Partial<PlacePorts> } = {},
  ) => placeUpload({ ...ports, ...others })(ref, hasTime);
  /** All that is due now, in the workers' turn; what `place` does comes first. */
  const workOff = async (): Promise<void> => {
    while (work.finalizing.length + work.placing.length + work.deleting.length > 0) {
      for (const ref of work.finalizing.splice(0)) await finalizeImage(ports)(ref, () => true);
      for (const ref of work.placing.splice(0)) await place(ref);
      for (const { deletionId } of work.deleting.splice(0)) await deleteBytes(ports)(deletionId);
    }
  };
  const attend = (id: string) => attendCopies(ports)({ imageId: id }, () => true);
  /** Files of images, by name, and everything below the folder for what is received. */
  const filesThere = (): string[] => {
    const incoming = join(folder, ".incoming");
    const all = readdirSync(folder).filter((name) => name !== ".incoming");
    return [...all, ...(readdirSync(folder).length > all.length ? readdirSync(incoming) : [])];
  };
  return { ...service, ports, folder, fast, files, storesWith, place, workOff, attend, imageOf, filesThere };
}
