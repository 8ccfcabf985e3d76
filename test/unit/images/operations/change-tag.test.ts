import { describe, expect, test } from "vitest";
import { addTag, removeTag } from "../../../../shared/images/operations/change-tag.ts";
import { alt, demo, memoryService } from "../../../fakes/images/service.ts";

const refused = (status: number) => expect.objectContaining({ status });

async function tagged(tags: readonly string[], quota = 128) {
  const service = memoryService({ image_tag_quota: quota });
  const { ports, queuedImage, metadata } = service;
  const { id, updated_at } = await queuedImage({ tags });
  metadata.outboxEntries.clear();
  return {
    ...service,
    id,
    updated_at,
    add: (tag: string, caller = demo) => addTag(ports)(caller, id, tag),
    remove: (tag: string, caller = demo) => removeTag(ports)(caller, id, tag),
    image: async () => (await ports.images.find(id)) ?? expect.fail(),
  };
}

describe("tagging", () => {
  test("adds the tag once, and tells of it once", async () => {
    const { add, image, metadata, updated_at } = await tagged(["a"]);
    await add("ü b");
    const first = await image();
    expect(first.tags).toEqual(["a", "ü b"]);
    expect(first.updated_at > updated_at).toBe(true);
    await add("ü b");
    expect(await image()).toEqual(first);
    expect([...metadata.outboxEntries.values()].map(({ event_type }) => event_type)).toEqual([
      "image.update",
    ]);
  });

  test("keeps to the quota, in which what is there already counts nothing", async () => {
    const { add, image } = await tagged(["a", "b"], 2);
    await add("a");
    await expect(add("c")).rejects.toThrow(refused(413));
    expect((await image()).tags).toEqual(["a", "b"]);
    await (await tagged(["a", "b"], -1)).add("c");
  });

  test("takes 255 characters, not 256", async () => {
    const { add } = await tagged([]);
    await add("\u{1F600}".repeat(255));
    await expect(add("x".repeat(256))).rejects.toThrow(refused(400));
  });

  test("by many at once loses nothing", async () => {
    const { add, image } = await tagged([]);
    const tags = Array.from({ length: 8 }, (_, n) => `t${n}`);
    await Promise.all(tags.map((tag) => add(tag)));
    expect((await image()).tags.toSorted()).toEqual(tags);
  });

  test("is for those who may change the image", async () => {
    const { add, remove } = await tagged(["a"]);
    await expect(add("b", alt)).rejects.toThrow(refused(404));
    await expect(remove("a", { ...demo, roles: ["reader"] })).rejects.toThrow(refused(403));
  });
});

describe("taking a tag away", () => {
  test("changes the image; one that is not there is 404 and changes nothing", async () => {
    const { remove, image, metadata } = await tagged(["a", "b"]);
    await remove("a");
    const first = await image();
    expect(first.tags).toEqual(["b"]);
    await expect(remove("a")).rejects.toThrow(refused(404));
    expect(await image()).toEqual(first);
    expect(metadata.outboxEntries.size).toBe(1);
  });
});
