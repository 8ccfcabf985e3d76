import { expect, it } from "vitest";
import type { Image } from "../../../../shared/images/domain/image.ts";
import { judgeStuckImage } from "../../../../shared/upkeep/operations/reaper/stuck-images.ts";
import { HOUR, reaperService } from "../../../fakes/upkeep/reaper.ts";

/** An image that has waited for its data for a day, with no transfer that brings it. */
async function stuck(attributes: Partial<Image> = {}) {
  const service = reaperService();
  const { image } = await service.stored({
    status: "saving",
    locations: [],
    size: 10,
    checksum: "c",
    updated_at: service.ago(24 * HOUR),
    ...attributes,
  });
  return { service, image, judge: () => judgeStuckImage(service.ports, image) };
}

it.each(["saving", "uploading"] as const)(
  "an image that is stuck %s is queued again, without data",
  async (status) => {
    const { service, image, judge } = await stuck({ status });
    expect(await (await judge())?.act()).toBe(true);
    expect(await service.ports.images.find(image.id)).toMatchObject({
      status: "queued",
      size: null,
      checksum: null,
      transfer_id: null,
    });
    expect(await judge()).toBeUndefined();
  },
);

it.each<[string, Partial<Image>]>([
  ["has its data", { locations: [{ store: "s3", key: "k", size: 1 }] }],
  ["has staged bytes that wait for an import", { staged: { store: "s3", key: "k", size: 1 } }],
  ["is active", { status: "active" }],
])("one that %s is left", async (_, attributes) => {
  const { judge } = await stuck(attributes);
  expect(await judge()).toBeUndefined();
});

it("one that has changed within the hour is left, though clocks are two hours apart", async () => {
  const { service, image } = await stuck();
  const judge = async (hours: number) => {
    const before = (await service.ports.images.find(image.id)) ?? image;
    const after = { ...before, updated_at: service.ago(hours * HOUR) };
    await service.ports.images.commit({ image: { before, after } });
    return judgeStuckImage(service.ports, after);
  };
  expect(await judge(2.9)).toBeUndefined();
  expect(await judge(3.1)).toBeDefined();
});

it("one that is gone, has another upload, or ends its wait before it is freed is left", async () => {
  const gone = await stuck();
  gone.service.metadata.images.clear();
  expect(await gone.judge()).toBeUndefined();

  const { service, image, judge } = await stuck();
  const decision = await judge();
  await service.ports.images.commit({
    image: { before: image, after: { ...image, transfer_id: "another" } },
  });
  expect(await judge()).toBeUndefined();
  expect(await decision?.act()).toBe(false);
  const current = await service.ports.images.find(image.id);
  expect(current).toMatchObject({ status: "saving", transfer_id: "another" });
});
