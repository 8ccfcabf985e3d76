import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { TooLarge } from "../../../shared/errors.ts";
import { emptyImage, type Image } from "../../../shared/images/domain/image.ts";
import { type KeptLimits, withLimits } from "../../../shared/images/domain/limits.ts";
import { noUsage } from "../../../shared/images/domain/usage.ts";
import { ImageIdTaken, type ImageStore, RevisionConflict } from "../../../shared/images/ports/image-store.ts";
import type { UsageStore } from "../../../shared/images/ports/usage-store.ts";

export interface CountingStore {
  readonly images: ImageStore;
  /** The same images, written by somebody who does not count. */
  readonly uncounted: ImageStore;
  readonly usage: UsageStore;
}

let second = 0;
export const anImage = (attributes: Partial<Image> = {}): Image => {
  const at = new Date(Date.UTC(2026, 0, 1) + second++ * 1000).toISOString();
  return { ...emptyImage, id: randomUUID(), owner: "demo", created_at: at, updated_at: at, ...attributes };
};
const bytes = (size: number) => ({
  status: "active" as const,
  size,
  locations: [{ store: "s3", key: `k/${randomUUID()}`, size }],
});

export const create = (store: ImageStore, after: Image, limits?: KeptLimits) =>
  store
    .commit({ image: { before: undefined, after }, ...(limits ? { limits } : {}) })
    .then(({ image }) => image);
export const change = (store: ImageStore, before: Image, changes: Partial<Image>, limits?: KeptLimits) =>
  store
    .commit({ image: { before, after: { ...before, ...changes } }, ...(limits ? { limits } : {}) })
    .then(({ image }) => image);
export const atMost = (maximum: number): KeptLimits | undefined =>
  withLimits("demo", { image_count_total: maximum }, { image_count_total: 0 }).limits;

/** What counts usage must do; `make` gives an empty store. `load`: how many write at once. */
export function usageStoreContract(name: string, make: () => Promise<CountingStore>, load: number) {
  describe(`usage store: ${name}`, () => {
    it("knows nothing of a project without images", async () => {
      const { usage } = await make();
      expect(await usage.read("demo")).toEqual(noUsage);
    });

    it("follows every change of an image, from its creation to its end", async () => {
      const { images, usage } = await make();
      let image = await create(images, anImage());
      expect(await usage.read("demo")).toEqual({ ...noUsage, image_count_total: 1 });
      image = await change(images, image, { status: "saving" });
      expect(await usage.read("demo")).toMatchObject({ image_count_uploading: 1, image_size_total: 0 });
      image = await change(images, image, bytes(1000));
      const active = { ...noUsage, image_count_total: 1, image_size_total: 1000 };
      expect(await usage.read("demo")).toEqual(active);
      image = await change(images, image, { name: "another", status: "deactivated" });
      expect(await usage.read("demo")).toEqual(active);
      image = await change(images, image, { owner: "alt" });
      expect(await usage.read("demo")).toEqual(noUsage);
      expect(await usage.read("alt")).toEqual(active);
      image = await change(images, image, { owner: null });
      expect(await usage.read("alt")).toEqual(noUsage);
      await change(images, image, { status: "deleted", owner: "alt" });
      expect(await usage.read("alt")).toEqual(noUsage);
    });

    it("counts staged bytes apart", async () => {
      const { images, usage } = await make();
      const image = await create(images, anImage());
      await change(images, image, { status: "uploading", staged: { store: "s3", key: "s", size: 7 } });
      expect(await usage.read("demo")).toEqual({
        image_count_total: 1,
        image_count_uploading: 1,
        image_size_total: 0,
        image_stage_total: 7,
      });
    });

    it("refuses a change that a limit has no room for, and leaves everything as it was", async () => {
      const { images, usage } = await make();
      const first = await create(images, anImage(), atMost(1));
      const second = anImage();
      const refused = create(images, second, atMost(1));
      await expect(refused).rejects.toBeInstanceOf(TooLarge);
      await expect(refused).rejects.toThrow(
        "Project demo is over a limit for [Resource image_count_total is over limit of 1 due to current usage 1 and delta 1]",
      );
      expect(await images.find(second.id)).toBeUndefined();
      expect(await usage.read("demo")).toEqual({ ...noUsage, image_count_total: 1 });
      await change(images, first, { status: "deleted" });
      await create(images, second, atMost(1));
      expect(await usage.read("demo")).toEqual({ ...noUsage, image_count_total: 1 });
    });

    it("judges bytes that are asked for without counting them", async () => {
      const { images, usage } = await make();
      const kept = (asked: number) =>
        withLimits("demo", { user_storage_quota: 100 }, { user_storage_quota: asked }).limits;
      const image = await create(images, anImage());
      await expect(change(images, image, { status: "saving" }, kept(101))).rejects.toThrow(
        "The size of the data 101 will exceed the limit. 100 bytes remaining.",
      );
      const saving = await change(images, image, { status: "saving" }, kept(100));
      expect(await usage.read("demo")).toMatchObject({ image_size_total: 0 });
      await expect(change(images, saving, bytes(101), kept(0))).rejects.toBeInstanceOf(TooLarge);
      await change(images, saving, bytes(100), kept(0));
      expect(await usage.read("demo")).toMatchObject({ image_size_total: 100 });
    });

    it("tells a lost race and a taken id from a limit", async () => {
      const { images } = await make();
      const image = await create(images, anImage(), atMost(1));
      const renamed = await change(images, image, { name: "x" });
      await expect(change(images, image, { owner: "alt" })).rejects.toBeInstanceOf(RevisionConflict);
      await expect(
        change(
          images,
          image,
          { status: "saving" },
          withLimits("demo", { image_count_uploading: 0 }, { image_count_uploading: 0 }).limits,
        ),
      ).rejects.toBeInstanceOf(RevisionConflict);
      await expect(create(images, { ...renamed, revision: 0 }, atMost(5))).rejects.toBeInstanceOf(
        ImageIdTaken,
      );
    });

    it(`lets exactly as many of ${load} creates at once through as there is room for`, async () => {
      const { images, usage } = await make();
      const room = Math.floor(load / 2);
      const results = await Promise.allSettled(
        Array.from({ length: load }, () => create(images, anImage(), atMost(room))),
      );
      const errors = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
      expect(errors.filter((error) => !(error instanceof TooLarge))).toEqual([]);
      expect(errors).toHaveLength(load - room);
      expect(await usage.read("demo")).toEqual({ ...noUsage, image_count_total: room });
      expect(await usage.recount("demo")).toMatchObject({ after: { image_count_total: room } });
    });

    it("counts a project exactly the first time, while others write to it", async () => {
      const { images, uncounted, usage } = await make();
      const old = await Promise.all(
        Array.from({ length: load }, (_, n) => create(uncounted, anImage(bytes(n)))),
      );
      await Promise.all([
        ...old.slice(0, load / 2).map((image) => change(images, image, { status: "deleted" })),
        ...Array.from({ length: load / 2 }, () => create(images, anImage())),
        usage.read("demo"),
      ]);
      const { before, after } = await usage.recount("demo");
      expect(before).toEqual(after);
      expect(after.image_count_total).toBe(load);
      const kept = old.slice(load / 2).reduce((sum, { size }) => sum + (size ?? 0), 0);
      expect(after.image_size_total).toBe(kept);
    });

    it("finds what was changed uncounted when it counts again, also while others write", async () => {
      const { images, uncounted, usage } = await make();
      const image = await create(images, anImage(bytes(10)));
      await create(uncounted, anImage(bytes(5)));
      await change(uncounted, image, { status: "deleted" });
      expect(await usage.recount("demo")).toEqual({
        before: { ...noUsage, image_count_total: 1, image_size_total: 10 },
        after: { ...noUsage, image_count_total: 1, image_size_total: 5 },
      });
      await create(uncounted, anImage(bytes(3)));
      const writing = (async () => {
        for (let n = 0; n < 5; n++) await create(images, anImage(bytes(1)));
      })();
      await Promise.all([usage.recount("demo"), writing]);
      expect(await usage.read("demo")).toEqual({ ...noUsage, image_count_total: 7, image_size_total: 13 });
    });
  });
}
