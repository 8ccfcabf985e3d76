import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { emptyImage, type Image } from "../../../shared/images/domain/image.ts";
import type { Transfer } from "../../../shared/images/domain/transfer.ts";
import type { DeletedImages, DeletedStage } from "../../../shared/images/ports/deleted-images.ts";
import { ImageIdTaken, type ImageStore } from "../../../shared/images/ports/image-store.ts";

interface Stores {
  readonly store: ImageStore;
  readonly deletedImages: DeletedImages;
}

const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

const aTransfer = (image: Image, state: Transfer["state"]): Transfer => ({
  id: randomUUID(),
  image_id: image.id,
  revision: 0,
  state,
  key: `${image.id}/x`,
  size: 1,
  part_size: 1,
  token_hash: "00",
  lease_seconds: 60,
  created_at: image.created_at,
  expires_at: image.created_at,
  latest_expiry: image.created_at,
});

/** What finds deleted images must do beside the image store of the same state; `make` gives both, empty. */
export function deletedImagesContract(name: string, make: () => Promise<Stores>) {
  const imageIn = async ({ store }: Stores, attributes: Partial<Image>) => {
    const image = { ...emptyImage, id: randomUUID(), created_at: at(0), updated_at: at(0), ...attributes };
    return (await store.commit({ image: { before: undefined, after: image } })).image;
  };
  const changed = async ({ store }: Stores, before: Image, attributes: Partial<Image>) =>
    (await store.commit({ image: { before, after: { ...before, ...attributes } } })).image;
  const idsOf = async ({ deletedImages }: Stores, stage: DeletedStage) =>
    (await deletedImages.waiting(stage, 100)).images.map(({ id }) => id);

  describe(`deleted images: ${name}`, () => {
    it("wait for the work that their record says, and come from one to the next with it", async () => {
      const stores = await make();
      const image = await imageIn(stores, { status: "active" });
      const pending = await changed(stores, image, { status: "pending_delete", deleted_at: at(1) });
      expect((await stores.deletedImages.waiting("scrub", 10)).images).toEqual([
        { id: image.id, deletedAt: at(1) },
      ]);
      const restored = await changed(stores, pending, { status: "active", deleted_at: null });
      expect(await idsOf(stores, "scrub")).toEqual([]);
      const deleted = await changed(stores, restored, { status: "deleted", deleted_at: at(2) });
      expect(await idsOf(stores, "leftovers")).toEqual([image.id]);
      await changed(stores, deleted, { leftovers_purged: true });
      expect(await idsOf(stores, "leftovers")).toEqual([]);
      expect(await idsOf(stores, "record")).toEqual([image.id]);
    });

    it("come in the order of their deletion, page by page", async () => {
      const stores = await make();
      const ids: Record<number, string> = {};
      for (const minute of [3, 1, 5, 2, 4]) {
        const image = await imageIn(stores, { status: "deleted", deleted_at: at(minute) });
        ids[minute] = image.id;
      }
      const first = await stores.deletedImages.waiting("leftovers", 2);
      expect(first.images.map(({ id }) => id)).toEqual([ids[1], ids[2]]);
      const second = await stores.deletedImages.waiting("leftovers", 2, first.next);
      expect(second.images.map(({ id }) => id)).toEqual([ids[3], ids[4]]);
      const third = await stores.deletedImages.waiting("leftovers", 2, second.next);
      expect(third.images.map(({ id }) => id)).toEqual([ids[5]]);
      expect(third.next).toBeUndefined();
    });

    it("are forgotten only deleted, without leftovers, and as they were read; then the id is free", async () => {
      const stores = await make();
      const { store, deletedImages } = stores;
      const active = await imageIn(stores, { status: "active", leftovers_purged: true });
      expect(await deletedImages.forget(active)).toBe(false);
      const full = await changed(stores, active, {
        status: "deleted",
        deleted_at: at(1),
        leftovers_purged: false,
      });
      expect(await deletedImages.forget(full)).toBe(false);
      const image = await changed(stores, full, { leftovers_purged: true });
      expect(await deletedImages.forget({ ...image, revision: image.revision - 1 })).toBe(false);
      expect(await store.find(image.id)).toEqual(image);
      await expect(imageIn(stores, { id: image.id })).rejects.toBeInstanceOf(ImageIdTaken);
      expect(await deletedImages.forget(image)).toBe(true);
      expect(await deletedImages.forget(image)).toBe(false);
      expect(await idsOf(stores, "record")).toEqual([]);
      expect(await store.find(image.id)).toBeUndefined();
      expect((await imageIn(stores, { id: image.id })).revision).toBe(1);
    });

    it("lose their transfers that are over, and no others", async () => {
      const stores = await make();
      const { store, deletedImages } = stores;
      let image = await imageIn(stores, { status: "deleted", deleted_at: at(1) });
      for (const state of ["complete", "open", "aborted"] as const) {
        const transfer = { kind: "transfer", before: undefined, after: aTransfer(image, state) } as const;
        ({ image } = await store.commit({ image: { before: image, after: image }, writes: [transfer] }));
      }
      const transfers = await deletedImages.transfersOf(image.id);
      expect(transfers.map(({ state }) => state).sort()).toEqual(["aborted", "complete", "open"]);
      for (const transfer of [...transfers, ...transfers]) await deletedImages.forgetTransfer(transfer);
      expect((await deletedImages.transfersOf(image.id)).map(({ state }) => state)).toEqual(["open"]);
      expect(await store.find(image.id)).toEqual(image);
    });
  });
}
