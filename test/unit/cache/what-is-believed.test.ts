import { randomBytes, randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type CachedImage, isCacheOf } from "../../../shared/cache/domain/cached-image.ts";
import { recordedHashes } from "../../../shared/cache/domain/recorded-hashes.ts";
import { takeInHand } from "../../../shared/cache/operations/entry-in-hand.ts";
import { queueImage } from "../../../shared/cache/operations/queue-image.ts";
import { sourcesOf } from "../../../shared/cache/operations/source-of.ts";
import { asItIs, checkUnchanged, SourceChanged } from "../../../shared/cache/operations/source-state.ts";
import { emptyImage } from "../../../shared/images/domain/image.ts";
import { BlobMissing } from "../../../shared/images/ports/blob-store.ts";
import { UnknownStore } from "../../../shared/images/ports/stores.ts";
import { admin } from "../../fakes/images/service.ts";
import { cacheService } from "./cache-service.ts";

const hash = "a".repeat(128);
const data = { checksum: null, os_hash_algo: "sha512", os_hash_value: hash } as const;
const place = { store: "web", key: "k", size: 10 };
const cached: CachedImage = {
  ...{ image_id: randomUUID(), revision: 1, key: "cache/k", size: 10, checksum: null, os_hash_value: hash },
  ...{ source: { store: "web", key: "k" }, hits: 0, last_accessed: null, last_modified: "2026" },
};
const image = {
  ...{ ...emptyImage, ...data, id: cached.image_id, size: 10, locations: [place] },
  ...{ created_at: "2026", updated_at: "2026" },
};

describe("a copy is an image's", () => {
  it("by its hash, wherever the image's bytes are now", () => {
    expect(isCacheOf(cached, { ...image, locations: [] })).toBe(true);
    expect(isCacheOf(cached, { ...image, os_hash_value: "b".repeat(128) })).toBe(false);
  });

  it("never with another size", () => {
    expect(isCacheOf(cached, { ...image, size: 11 })).toBe(false);
  });

  it.each([
    ["no hash", { os_hash_value: null }],
    ["a hash of another algorithm", { os_hash_algo: "sha256" as const }],
  ])("by its place where the image has %s", (_, changes) => {
    const unhashed = { ...image, ...changes };
    expect(isCacheOf(cached, unhashed)).toBe(true);
    expect(isCacheOf(cached, { ...unhashed, locations: [{ ...place, key: "other" }] })).toBe(false);
    expect(isCacheOf(cached, { ...unhashed, locations: [{ ...place, store: "s3" }] })).toBe(false);
  });

  it("has as hashes what is computed here, and no other", () => {
    expect(recordedHashes({ ...data, checksum: "m" })).toEqual({ checksum: "m", os_hash_value: hash });
    expect(recordedHashes({ ...data, checksum: "m", os_hash_algo: "sha256" })).toEqual({
      checksum: "m",
      os_hash_value: null,
    });
    expect(recordedHashes({ ...data, os_hash_algo: "md5" })).toEqual({ checksum: hash, os_hash_value: null });
  });
});

describe("a place that is copied from", () => {
  const entry = { image_id: image.id, revision: 1, queued_at: "2026", progress_at: "2026" };
  const unknown = { ...place, store: "gone" };

  it("may be of a store that is there no more, as long as there is another", () => {
    const { ports } = cacheService();
    const of = (locations: readonly (typeof place)[]) =>
      sourcesOf(ports, { locations }, entry).map(({ location }) => location.store);
    expect(of([unknown, place])).toEqual(["web"]);
    expect(of([])).toEqual([]);
    expect(() => of([unknown])).toThrow(UnknownStore);
  });

  it("is not one of those that were found damaged, each by itself", () => {
    const { ports } = cacheService();
    const failure = {
      ...{ reason: "r", at: "2026", times: 1, retry_at: "2026" },
      damaged: [
        { store: "web", key: "k" },
        { store: "web", key: "l" },
      ],
    };
    const locations = ["k", "l", "m"].map((key) => ({ ...place, key }));
    const found = sourcesOf(ports, { locations }, { ...entry, failure });
    expect(found.map(({ location }) => location.key)).toEqual(["m"]);
  });

  it("must have its bytes, the same from beginning to end", async () => {
    const head = (stored: { size: number; etag: string } | undefined) =>
      ({ head: async () => stored }) as never;
    await expect(asItIs(head(undefined), image, place)).rejects.toBeInstanceOf(BlobMissing);
    expect(await asItIs(head({ size: 10, etag: "e" }), image, place)).toEqual({ ...place, etag: "e" });
    const begun = { ...place, etag: "e" };
    await checkUnchanged(head({ size: 10, etag: "e" }), begun);
    for (const now of [undefined, { size: 10, etag: "f" }, { size: 11, etag: "e" }])
      await expect(checkUnchanged(head(now), begun)).rejects.toBeInstanceOf(SourceChanged);
  });

  it("is told of to operators when it is damaged: a finding that is open", async () => {
    const { ports, active, attend, foreign } = cacheService();
    const one = await active("web", randomBytes(100));
    foreign.objects.set(one.locations[0]?.key ?? "", randomBytes(100));
    await queueImage(ports)(admin, one.id);
    expect(await attend(one.id)).toBe("failed");
    const { findings } = await ports.findings.list({ limit: 10 });
    expect(findings).toEqual([
      expect.objectContaining({
        ...{ kind: "source-damaged", image_id: one.id, state: "open" },
        evidence: { by: "the cache, while it copied them", why: expect.stringMatching(/./) },
      }),
    ]);
  });
});

describe("the queue of the cache", () => {
  it("takes active images only, and none where the cache is off", async () => {
    const { ports, active } = cacheService();
    const inactive = await active("web", randomBytes(10), { status: "deactivated" });
    await expect(queueImage(ports)(admin, inactive.id)).rejects.toMatchObject({ status: 400 });
    const off = { ...ports, settings: { ...ports.settings, image_cache_dir: "" as const } };
    await expect(queueImage(off)(admin, inactive.id)).rejects.toMatchObject({ status: 404 });
  });

  it("hands out an entry that changes all the time to nobody, and one that is gone neither", async () => {
    const { ports, active, records } = cacheService();
    const one = await active("web", randomBytes(10));
    await queueImage(ports)(admin, one.id);
    const queued = await records.findQueued(one.id);
    if (!queued) throw new Error("it is queued");
    let tries = 0;
    const commit: typeof records.commit = async () => {
      tries++;
      return false;
    };
    const { clock } = ports;
    expect(await takeInHand({ records: { ...records, commit }, clock }, queued)).toBeUndefined();
    expect(tries).toBe(3);
    const gone = { ...records, commit, findQueued: async () => undefined };
    expect(await takeInHand({ records: gone, clock }, queued)).toBeUndefined();
    expect(tries).toBe(4);
  });
});
