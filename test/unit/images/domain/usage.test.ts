import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyImage, type Image } from "../../../../shared/images/domain/image.ts";
import { type ImageStatus, statuses } from "../../../../shared/images/domain/status.ts";
import {
  addUsage,
  noUsage,
  type Usage,
  usageChanges,
  usageOf,
} from "../../../../shared/images/domain/usage.ts";
import { memoryImageStore } from "../../../fakes/images/memory-image-store.ts";

const at = "2026-01-01T00:00:00.000Z";
const image = (changes: Partial<Image>): Image => ({
  ...emptyImage,
  id: "i",
  owner: "demo",
  created_at: at,
  updated_at: at,
  ...changes,
});
const location = { store: "s3", key: "k", size: 5 };
const staged = { store: "s3", key: "s", size: 3 };

describe("what an image adds to its project's usage", () => {
  it.each<[ImageStatus, number[]]>([
    ["queued", [1, 0, 5, 0]],
    ["saving", [1, 1, 5, 0]],
    ["uploading", [1, 1, 5, 3]],
    ["importing", [1, 1, 5, 3]],
    ["active", [1, 0, 5, 0]],
    ["deactivated", [1, 0, 5, 0]],
    ["killed", [0, 0, 0, 0]],
    ["deleted", [0, 0, 0, 0]],
    ["pending_delete", [0, 0, 0, 0]],
  ])("%s", (status, expected) => {
    const { image_count_total, image_count_uploading, image_size_total, image_stage_total } = usageOf(
      image({ status, size: 5, locations: [location], staged }),
    );
    expect([image_count_total, image_count_uploading, image_size_total, image_stage_total]).toEqual(expected);
  });

  it("bytes count by their location, not by a size that was only announced", () => {
    expect(usageOf(image({ status: "saving", size: 5 })).image_size_total).toBe(0);
  });
});

const attributes = fc.record({
  status: fc.constantFrom(...statuses),
  owner: fc.constantFrom("demo", "alt", null),
  size: fc.option(fc.nat(1000)),
  locations: fc.array(
    fc.nat(1000).map((size) => ({ store: "s3", key: "k", size })),
    { maxLength: 1 },
  ),
  staged: fc.option(fc.nat(1000).map((size) => ({ store: "s3", key: "s", size }))),
});
const write = fc.record({ image: fc.nat(5), attributes });

describe("usage by differences", () => {
  it("is the sum over the images, whatever is written in which order", () => {
    fc.assert(
      fc.property(fc.array(write, { maxLength: 40 }), (writes) => {
        const images = new Map<number, Image>();
        const counted = new Map<string, Usage>();
        for (const { image: number, attributes: changes } of writes) {
          const after = image(changes);
          for (const [project, change] of usageChanges(images.get(number), after))
            counted.set(project, addUsage(counted.get(project) ?? noUsage, change));
          images.set(number, after);
        }
        for (const project of ["demo", "alt"]) {
          const sum = [...images.values()]
            .filter(({ owner }) => owner === project)
            .reduce((so_far, one) => addUsage(so_far, usageOf(one)), noUsage);
          expect(counted.get(project) ?? noUsage).toEqual(sum);
        }
      }),
    );
  });

  it("in the store is what a recount finds", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(write, { maxLength: 30 }), async (writes) => {
        const { store, usage } = memoryImageStore();
        const images = new Map<number, Image>();
        for (const { image: number, attributes: changes } of writes) {
          const before = images.get(number);
          const after = { ...image(changes), id: `image-${number}`, revision: before?.revision ?? 0 };
          images.set(number, (await store.commit({ image: { before, after } })).image);
        }
        for (const project of ["demo", "alt"]) {
          const { before, after } = await usage.recount(project);
          expect(before).toEqual(after);
        }
      }),
    );
  });
});
