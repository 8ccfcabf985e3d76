import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { deletionOf } from "../../../shared/images/domain/deletion.ts";
import { emptyImage, type Image } from "../../../shared/images/domain/image.ts";
import { objectKey } from "../../../shared/images/domain/object-key.ts";
import type { Transfer } from "../../../shared/images/domain/transfer.ts";
import type { BlobStore } from "../../../shared/images/ports/blob-store.ts";
import type { ImageRecords } from "../../../shared/images/ports/image-records.ts";
import type { PresigningStore } from "../../../shared/images/ports/presigning-store.ts";
import type { BlobInventory, UploadInventory } from "../../../shared/upkeep/ports/blob-inventory.ts";
import type { Heartbeats } from "../../../shared/upkeep/ports/heartbeats.ts";
import type { Orphans } from "../../../shared/upkeep/ports/orphans.ts";

export interface InventoryUnderTest {
  readonly blobs: Pick<BlobStore, "put" | "delete">;
  /** In pages of two. */
  readonly inventory: BlobInventory;
}

export interface UploadsUnderTest {
  readonly blobs: Pick<PresigningStore, "createUpload" | "abortUpload">;
  /** In pages of two. */
  readonly inventory: UploadInventory;
}

const newKey = (): string => objectKey({ imageId: randomUUID(), transferId: randomUUID() });

const ageOf = (at: string | undefined): number => Math.abs(Date.now() - Date.parse(at ?? ""));

/** Runs at the end of each test what the test asked for. */
function cleanups() {
  const todo: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const cleanup of todo.splice(0)) await cleanup();
  });
  return todo;
}

/** What every inventory must do, on a store that is empty before and after each test. */
export function blobInventoryContract(
  name: string,
  open: () => Promise<InventoryUnderTest>,
  { saysAges = true, makeKey = newKey } = {},
) {
  const keys = (count: number): string[] => Array.from({ length: count }, makeKey).sort();
  describe(`blob inventory: ${name}`, () => {
    const todo = cleanups();
    const used = async () => {
      const under = await open();
      const put = async (key: string) => {
        await under.blobs.put(key, Buffer.from("x"));
        todo.push(() => under.blobs.delete(key));
      };
      return { ...under, put };
    };

    it("lists all objects by key, page after page, with what was written meanwhile after the page", async () => {
      const { inventory, put, blobs } = await used();
      const [first = "", second = "", third = "", late = "", gone = ""] = keys(5);
      for (const key of [gone, third, first, second]) await put(key);
      const page = await inventory.listBlobs();
      expect(page.blobs.map(({ key, size }) => [key, size])).toEqual([
        [first, 1],
        [second, 1],
      ]);
      if (saysAges) expect(ageOf(page.blobs[0]?.modifiedAt)).toBeLessThan(120_000);
      await blobs.delete(gone);
      await blobs.delete(second);
      await put(late);
      const rest = await inventory.listBlobs(page.next);
      expect(rest.blobs.map(({ key }) => key)).toEqual([third, late]);
      expect(rest.next).toBeUndefined();
    });

    it("finds one object, and none that only begins alike", async () => {
      const { inventory, put } = await used();
      const [key = ""] = keys(1);
      await put(`${key}x`);
      expect(await inventory.findBlob(key)).toBeUndefined();
      await put(key);
      expect(await inventory.findBlob(key)).toMatchObject({ key, size: 1 });
    });
  });
}

/** What every inventory must do of a store that has uploads. */
export function uploadInventoryContract(
  name: string,
  open: () => Promise<UploadsUnderTest>,
  { saysAges = true, inOrder = true } = {},
) {
  describe(`upload inventory: ${name}`, () => {
    const todo = cleanups();
    const used = async () => {
      const { blobs, inventory } = await open();
      const upload = async (key: string) => {
        const id = await blobs.createUpload(key);
        todo.push(() => blobs.abortUpload(key, id));
        return id;
      };
      return { inventory, upload };
    };

    it("lists all uploads by key, several of one key too", async () => {
      const { inventory, upload } = await used();
      const [first = "", second = ""] = [newKey(), newKey()].sort();
      const ids = [await upload(second), await upload(second), await upload(second), await upload(first)];
      const found: [string, string][] = [];
      let after: string | undefined;
      do {
        const page = await inventory.listUploads(after);
        found.push(...page.uploads.map(({ key, uploadId }): [string, string] => [key, uploadId]));
        if (saysAges) expect(ageOf(page.uploads[0]?.startedAt)).toBeLessThan(120_000);
        after = page.next;
      } while (after !== undefined);
      const listed = found.map(([key]) => key);
      expect(inOrder ? listed : listed.sort()).toEqual([first, second, second, second]);
      expect(found.map(([, id]) => id).sort()).toEqual(ids.sort());
    });

    it("finds one upload, and none of a key that only begins alike", async () => {
      const { inventory, upload } = await used();
      const key = newKey();
      const other = await upload(`${key}x`);
      expect(await inventory.findUpload(key, other)).toBeUndefined();
      const ids = [await upload(key), await upload(key), await upload(key)];
      for (const uploadId of ids)
        expect(await inventory.findUpload(key, uploadId)).toMatchObject({ key, uploadId });
      expect(await inventory.findUpload(key, other)).toBeUndefined();
    });
  });
}

/** What every place for a heartbeat must do; `make` gives an empty one. */
export function heartbeatsContract(name: string, make: () => Promise<Heartbeats>) {
  describe(`heartbeats: ${name}`, () => {
    it("are written over what was seen, and over nothing else", async () => {
      const heartbeats = await make();
      expect(await heartbeats.find()).toBeUndefined();
      expect(await heartbeats.replace(undefined, { table: "one", beat: 1 })).toBe(true);
      expect(await heartbeats.replace(undefined, { table: "one", beat: 9 })).toBe(false);
      const first = await heartbeats.find();
      expect(first).toMatchObject({ table: "one", beat: 1 });
      expect(await heartbeats.replace(first, { table: "one", beat: 2 })).toBe(true);
      expect(await heartbeats.replace(first, { table: "one", beat: 3 })).toBe(false);
      expect(await heartbeats.find()).toMatchObject({ table: "one", beat: 2 });
      expect(await heartbeats.replace(await heartbeats.find(), { table: "two", beat: 1 })).toBe(true);
      expect(await heartbeats.find()).toMatchObject({ table: "two", beat: 1 });
    });

    it("let one of many win", async () => {
      const heartbeats = await make();
      await heartbeats.replace(undefined, { table: "one", beat: 1 });
      const seen = await heartbeats.find();
      const writers = Array.from({ length: 6 }, (_, n) =>
        heartbeats.replace(seen, { table: "one", beat: n + 2 }),
      );
      expect((await Promise.all(writers)).filter((isWritten) => isWritten)).toHaveLength(1);
    });
  });
}

const at = "2026-01-01T00:00:00.000Z";

/** What every way to cut orphans loose must do. */
export function orphansContract(
  name: string,
  make: () => Promise<{ readonly images: ImageRecords; readonly orphans: Orphans }>,
) {
  describe(`orphans: ${name}`, () => {
    const used = async () => {
      const { images, orphans } = await make();
      const owner = { imageId: randomUUID(), transferId: randomUUID() };
      const key = objectKey(owner);
      const deletion = deletionOf({ image_id: owner.imageId, key }, new Date(at));
      const image: Image = { ...emptyImage, id: owner.imageId, created_at: at, updated_at: at };
      const transfer: Transfer = {
        ...{ id: owner.transferId, image_id: owner.imageId, revision: 0, state: "open", key },
        ...{ size: 1, part_size: 1, token_hash: "00", lease_seconds: 60 },
        ...{ created_at: at, expires_at: at, latest_expiry: at },
      };
      const found = () => images.findWithTransfer(owner.imageId, owner.transferId);
      return { images, orphans, deletion, image, transfer, found };
    };

    it("are cut loose when neither image nor transfer is there, once or twice", async () => {
      const { images, orphans, deletion, found } = await used();
      expect(await orphans.scheduleDeletion(deletion, await found())).toBe(true);
      expect(await images.findDeletion(deletion.id)).toEqual(deletion);
      expect(await orphans.scheduleDeletion(deletion, await found())).toBe(true);
      expect(await images.pendingDeletions(10)).toEqual([deletion]);
    });

    it("are not cut loose when an image, or a transfer, has come meanwhile", async () => {
      const { images, orphans, deletion, image, transfer, found } = await used();
      const nothing = await found();
      const { image: made } = await images.commit({ image: { before: undefined, after: image } });
      expect(await orphans.scheduleDeletion(deletion, nothing)).toBe(false);
      const bare = await found();
      await images.commit({
        image: { before: made, after: made },
        writes: [{ kind: "transfer", before: undefined, after: transfer }],
      });
      expect(await orphans.scheduleDeletion(deletion, bare)).toBe(false);
      expect(await images.findDeletion(deletion.id)).toBeUndefined();
      expect(await orphans.scheduleDeletion(deletion, await found())).toBe(true);
    });

    it("are not cut loose when the image has changed meanwhile", async () => {
      const { images, orphans, deletion, image, found } = await used();
      const { image: made } = await images.commit({ image: { before: undefined, after: image } });
      const seen = await found();
      await images.commit({ image: { before: made, after: { ...made, name: "new" } } });
      expect(await orphans.scheduleDeletion(deletion, seen)).toBe(false);
      expect(await images.findDeletion(deletion.id)).toBeUndefined();
    });
  });
}
