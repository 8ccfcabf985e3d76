import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { CachedImage } from "../../../shared/cache/domain/cached-image.ts";
import { attendImage } from "../../../shared/cache/operations/attend-image.ts";
import { enqueueCopy } from "../../../shared/cache/operations/enqueue-image.ts";
import { MOST_CACHED } from "../../../shared/cache/operations/list-cache.ts";
import { findExcess } from "../../../shared/cache/operations/prune-cache.ts";
import { queueImage } from "../../../shared/cache/operations/queue-image.ts";
import { UploadGone } from "../../../shared/images/ports/presigning-store.ts";
import { admin } from "../../fakes/images/service.ts";
import { cacheService, PART_BYTES } from "./cache-service.ts";

type Complete = ReturnType<typeof cacheService>["copies"]["store"]["completeUpload"];

/** An image of three parts that waits, with what its worker finds. */
async function waiting() {
  const service = cacheService();
  const data = randomBytes(3 * PART_BYTES);
  const image = await service.active("web", data);
  await queueImage(service.ports)(admin, image.id);
  return { ...service, data, image };
}

describe("a copy whose completion failed", () => {
  /** What a run says whose store completes like this. */
  const attended = async (completing: (complete: Complete) => Complete) => {
    const service = await waiting();
    const { ports, image, copies } = service;
    const completeUpload = completing(copies.store.completeUpload);
    const result = await attendImage({ ...ports, copies: { ...copies.store, completeUpload } })(
      { imageId: image.id },
      () => true,
    );
    return { ...service, result };
  };

  it("is taken as it is where only the answer was lost", async () => {
    const { result, records, image, copies, data } = await attended((complete) => async (...of) => {
      await complete(...of);
      throw new UploadGone("done before");
    });
    expect(result).toBe("cached");
    expect(copies.objects.get((await records.findCached(image.id))?.key ?? "")).toEqual(data);
  });

  it.each([
    ["its upload is gone and nothing is there", new UploadGone("aborted"), false],
    ["the store fails although the object is there", new Error("is down"), true],
  ])("is none yet where %s", async (_, failure, isThere) => {
    const { result, records, image } = await attended((complete) => async (...of) => {
      if (isThere) await complete(...of);
      throw failure;
    });
    expect(result).toBe("failed");
    expect(await records.findCached(image.id)).toBeUndefined();
  });
});

describe("a copy that was begun", () => {
  it.each([
    ["of the same bytes is gone on with", false, 3],
    ["of another place is begun anew, and its bytes go", true, 4],
  ])("%s", async (_, moves, parts) => {
    const { ports, image, data, records, copies, foreign } = await waiting();
    let sent = 0;
    const sendPart: typeof copies.store.sendPart = (...part) => {
      sent++;
      return copies.store.sendPart(...part);
    };
    const attend = attendImage({ ...ports, copies: { ...copies.store, sendPart } });

    expect(await attend({ imageId: image.id }, () => false)).toBe("continues");
    const begun = (await records.findQueued(image.id))?.copy;
    expect(begun?.offset).toBe(PART_BYTES);
    if (moves) {
      foreign.objects.set("moved", data);
      const locations = [{ store: "web", key: "moved", size: data.length }];
      await ports.images.commit({ image: { before: image, after: { ...image, locations } } });
    }
    expect(await attend({ imageId: image.id }, () => true)).toBe("cached");
    expect(sent).toBe(parts);
    const { key } = (await records.findCached(image.id)) ?? {};
    expect(key === begun?.key).toBe(!moves);
    expect(copies.objects.get(key ?? "")).toEqual(data);
    const removals = await Array.fromAsync(records.listRemovals());
    expect(removals.map((one) => one.key)).toEqual(moves ? [begun?.key] : []);
  });
});

it("a copy of which the upload was never made is begun anew, and its key is let go", async () => {
  const { ports, image, records, copies, pass } = await waiting();
  const createUpload = async (): Promise<never> => {
    throw new Error("is down");
  };
  const down = attendImage({ ...ports, copies: { ...copies.store, createUpload } });
  expect(await down({ imageId: image.id }, () => true)).toBe("failed");
  const begun = (await records.findQueued(image.id))?.copy;
  expect(begun).toMatchObject({ offset: 0 });
  expect(begun).not.toHaveProperty("upload_id");
  pass(3600);
  expect(await attendImage(ports)({ imageId: image.id }, () => true)).toBe("cached");
  expect((await records.findCached(image.id))?.key).not.toBe(begun?.key);
  const removals = await Array.fromAsync(records.listRemovals());
  expect(removals.map(({ key }) => key)).toEqual([begun?.key]);
});

describe("an image that waits in the queue", () => {
  it("leaves it without a copy where nobody can read it any more", async () => {
    const { ports, image, attend, records, reads } = await waiting();
    await ports.images.commit({ image: { before: image, after: { ...image, status: "queued" } } });
    expect(await attend(image.id)).toBe("removed");
    expect(await records.findQueued(image.id)).toBeUndefined();
    expect(reads).toEqual([]);
  });

  it("leaves it where it is cached already, and is not copied again", async () => {
    const { ports, image, attend, records, reads } = await waiting();
    expect(await attend(image.id)).toBe("cached");
    const read = reads.length;
    const at = ports.clock().toISOString();
    const after = { image_id: image.id, revision: 0, queued_at: at, progress_at: at };
    await records.commit({ queued: { before: undefined, after } });
    expect(await attend(image.id)).toBe("removed");
    expect(reads).toHaveLength(read);
  });

  it("is written to only where somebody wants more of its copy", async () => {
    const { ports, image, records, work } = await waiting();
    const now = () => records.findQueued(image.id);
    const wants = async (more: { readonly is_followed?: true } = {}) => {
      work.caching.length = 0;
      await enqueueCopy(ports)(image, await now(), more);
      const { needs_copy, is_followed } = (await now()) ?? {};
      return { needs_copy, is_followed, hints: work.caching.length };
    };
    expect(await wants()).toEqual({ needs_copy: true, is_followed: undefined, hints: 1 });
    expect(await wants()).toEqual({ needs_copy: true, is_followed: undefined, hints: 0 });
    expect(await wants({ is_followed: true })).toEqual({ needs_copy: true, is_followed: true, hints: 1 });
    expect(await wants()).toEqual({ needs_copy: true, is_followed: true, hints: 0 });
  });
});

describe("images that are cached where they are", () => {
  const cached = (nth: number): CachedImage => ({
    ...{ image_id: `image-${nth}`, revision: 1, key: null, size: 10, checksum: null, os_hash_value: null },
    ...{ source: { store: "s3", key: "k" }, hits: 0, last_accessed: null },
    last_modified: new Date(nth * 1000).toISOString(),
  });
  const excessOf = async (count: number) => {
    async function* listCached() {
      for (let nth = 0; nth < count; nth++) yield cached(nth);
    }
    return (await findExcess({ listCached }, { image_cache_max_size: 0 })).map(({ image_id }) => image_id);
  };

  it("are taken out only when there are more of them than an answer tells, the least used first", async () => {
    expect(await excessOf(MOST_CACHED)).toEqual([]);
    expect(await excessOf(MOST_CACHED + 2)).toEqual(["image-0", "image-1"]);
  });
});
