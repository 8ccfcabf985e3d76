import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Caller } from "../../../../shared/caller.ts";
import type { Image } from "../../../../shared/images/domain/image.ts";
import { createImage } from "../../../../shared/images/operations/create-image.ts";
import { deleteImage } from "../../../../shared/images/operations/delete-image.ts";
import { listImages } from "../../../../shared/images/operations/list-images.ts";
import { imageQuery } from "../../../../shared/images/wire/image-query.ts";
import { admin, alt, demo, memoryService } from "../../../fakes/images/service.ts";

function lists() {
  const { ports } = memoryService();
  const list = async (caller: Caller, text = "") =>
    listImages(ports)(caller, imageQuery(new URLSearchParams(text), ports.settings));
  const ids = async (caller: Caller, text = "") => (await list(caller, text)).entries.map(({ id }) => id);
  const create = (caller: Caller, attributes: Partial<Image> = {}) =>
    createImage(ports)(caller, { properties: {}, ...attributes });
  const share = async (image: Image, { projectId }: Caller) => {
    const { id: image_id, created_at } = image;
    const member = {
      image_id,
      member_id: projectId,
      status: "pending",
      created_at,
      updated_at: created_at,
    } as const;
    const change = { before: image, after: { ...image, member_count: 1 } };
    await ports.images.commit({
      image: change,
      writes: [{ kind: "member", before: undefined, after: member }],
    });
  };
  return { ports, list, ids, create, share };
}

describe("a marker", () => {
  it("is refused when no image has its id", async () => {
    const { ids } = lists();
    for (const marker of [randomUUID(), "", "x", "y".repeat(5000)])
      await expect(ids(demo, `marker=${marker}`)).rejects.toMatchObject({ status: 400 });
  });

  it("is refused with 403 to those who do not see the image, deleted with 400", async () => {
    const { ports, ids, create } = lists();
    const { id } = await create(alt);
    await expect(ids(demo, `marker=${id}`)).rejects.toMatchObject({ status: 403 });
    await deleteImage(ports)(alt, id);
    await expect(ids(demo, `marker=${id}`)).rejects.toMatchObject({ status: 400 });
  });

  it("can be an image that the caller sees but the list does not show", async () => {
    const { ids, create, share } = lists();
    const older = await create(demo);
    const shared = await create(alt);
    await share(shared, demo);
    await create(demo);
    expect(await ids(demo, `marker=${shared.id}`)).toEqual([older.id]);
    expect(await ids(demo, `marker=${shared.id}&member_status=pending`)).toEqual([older.id]);
    expect(await ids(demo, "member_status=pending&visibility=shared&limit=2")).toContain(shared.id);
  });

  it("keeps its place when the image is deleted, for those who saw it", async () => {
    const { ports, ids, create } = lists();
    const images = [await create(demo), await create(demo), await create(demo)];
    const [first, second, third] = images.map(({ id }) => id);
    await deleteImage(ports)(demo, second ?? "");
    for (const caller of [demo, admin]) {
      expect(await ids(caller, `marker=${second}`)).toEqual([first]);
      expect(await ids(caller, `marker=${second}&sort=created_at:asc`)).toEqual([third]);
      expect(await ids(caller, `marker=${second}&sort=size:asc`)).toEqual([third]);
    }
  });

  it("has lost its place where the deletion changed what is sorted by", async () => {
    const { ports, ids, create } = lists();
    const { id } = await create(demo);
    await deleteImage(ports)(demo, id);
    for (const key of ["status", "updated_at", "size,status"])
      await expect(ids(demo, `marker=${id}&sort=${key}`)).rejects.toMatchObject({
        status: 400,
        message: expect.stringContaining("start from the first page"),
      });
    expect(await ids(demo, `marker=${id}&sort=id,status`)).toEqual([]);
  });
});

describe("a page", () => {
  const large = { os_description: '"'.repeat(100_000) };

  it.each(["", "sort=size:asc", "sort=name:asc,size:asc"])(
    "ends before the answer is larger than a function may give, sorted by '%s'",
    async (text) => {
      const { list, create } = lists();
      for (let n = 0; n < 40; n++) await create(demo, { name: `${n}`, properties: large });
      const seen: string[] = [];
      let pages = 0;
      for (let marker = ""; ; pages++) {
        const { entries: images, more } = await list(demo, `limit=1000&${text}${marker}`);
        // A page is JSON, as a string in the JSON of the function's answer.
        const answer = JSON.stringify({ body: JSON.stringify({ images }) });
        expect(Buffer.byteLength(answer)).toBeLessThan(6 * 1024 ** 2);
        seen.push(...images.map(({ id }) => id));
        marker = `&marker=${seen.at(-1)}`;
        if (!more) break;
      }
      expect(pages).toBeGreaterThan(1);
      expect(new Set(seen).size).toBe(40);
    },
  );

  it("is empty and the last one with limit=0, and has no next when it is exactly full", async () => {
    const { list, create } = lists();
    for (let n = 0; n < 4; n++) await create(demo);
    expect(await list(demo, "limit=0")).toEqual({ entries: [], more: false });
    expect((await list(demo, "limit=4")).more).toBe(false);
    expect((await list(demo, "limit=4&sort=size")).more).toBe(false);
    expect((await list(demo, "limit=3")).more).toBe(true);
  });
});

describe("a search that takes too long", () => {
  /** A clock that moves on by five seconds with each image that is looked at. */
  const slow = () => {
    const { ports, create } = lists();
    let now = 0;
    const clock = () => {
      now += 5_000;
      return new Date(now);
    };
    const list = (text: string) =>
      listImages({ ...ports, clock })(demo, imageQuery(new URLSearchParams(text), ports.settings));
    return { list, create };
  };

  it("gives what it found, with a next page, or says which filter would help", async () => {
    const { list, create } = slow();
    for (let n = 0; n < 12; n++) await create(demo, { properties: { found: n === 10 ? "yes" : "no" } });
    expect(await list("found=yes")).toMatchObject({
      more: true,
      entries: [{ properties: { found: "yes" } }],
    });
    await expect(list("found=never")).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining("add a filter by name or id"),
    });
    await expect(list("sort=size")).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining("too many images to sort by size"),
    });
  });
});
