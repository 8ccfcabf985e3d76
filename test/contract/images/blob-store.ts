import { createHash, randomBytes, randomUUID } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import type { BlobStore } from "../../../shared/images/ports/blob-store.ts";

const MIB = 1024 ** 2;

export interface BlobStoreUnderTest {
  readonly blobs: BlobStore;
  /** Stores an object of these bytes in the way that large ones come into this store. */
  readonly place: (key: string, bytes: Uint8Array) => Promise<void>;
  /** Keys of all objects and ids of all uploads that are there. */
  readonly leftovers: () => Promise<readonly string[]>;
}

/** What this store cannot do, each with its reason; the tests of it expect the refusal instead. */
export interface StoreLimitations {
  readonly putIfAbsent?: string;
  /** Of small objects that are stored at the same moment it may take several, and keeps one of them. */
  readonly concurrentPuts?: string;
}

export const md5 = (bytes: Uint8Array): string => createHash("md5").update(bytes).digest("hex");

/** Opens the store for each test, with a key of its own; a test that leaves an object or an upload behind fails. */
export function opened<UnderTest extends BlobStoreUnderTest>(open: () => Promise<UnderTest>) {
  let current: UnderTest | undefined;
  afterEach(async () => {
    expect(await current?.leftovers()).toEqual([]);
    current = undefined;
  });
  return async () => {
    current = await open();
    return { ...current, key: `${randomUUID()}/${randomUUID()}` };
  };
}

/** What every store must do, whether clients reach it by signed URLs or not. */
export function blobStoreContract(
  name: string,
  open: () => Promise<BlobStoreUnderTest>,
  limitations: StoreLimitations = {},
) {
  describe(`blob store: ${name}`, () => {
    const used = opened(open);
    const first = randomBytes(5 * MIB);
    const second = randomBytes(1000);

    it("reads ranges, and fewer bytes only at the end", async () => {
      const { blobs, key, place } = await used();
      const whole = Buffer.concat([first, second]);
      await place(key, whole);
      expect(Buffer.from(await blobs.read(key, 10, 20))).toEqual(whole.subarray(10, 30));
      expect(Buffer.from(await blobs.read(key, whole.length - 5, 100))).toEqual(whole.subarray(-5));
      expect(await blobs.read(key, whole.length, 10)).toHaveLength(0);
      expect(await blobs.read(key, 0, 0)).toHaveLength(0);
      await blobs.delete(key);
    });

    if (limitations.putIfAbsent === undefined) {
      it("stores one of several small objects of one key at once, and says which", async () => {
        const { blobs, key } = await used();
        const etags = await Promise.all([first, second, first].map((bytes) => blobs.put(key, bytes)));
        if (limitations.concurrentPuts === undefined) expect(new Set(etags).size).toBe(1);
        const kept = (await blobs.head(key))?.etag;
        expect(etags, limitations.concurrentPuts).toContain(kept);
        expect(await blobs.put(key, Buffer.from("late"))).toBe(kept);
        await blobs.delete(key);
      });

      it("stores a small object whole, and never over another", async () => {
        const { blobs, key } = await used();
        const etag = await blobs.put(key, second);
        expect(await blobs.put(key, first)).toBe(etag);
        expect(await blobs.head(key)).toMatchObject({ size: second.length, etag });
        expect(Buffer.from(await blobs.read(key, 0, 10_000))).toEqual(second);
        await blobs.delete(key);
        await blobs.put(key, new Uint8Array());
        expect((await blobs.head(key))?.size).toBe(0);
        await blobs.delete(key);
      });
    } else {
      it(`refuses to store a small object whole: ${limitations.putIfAbsent}`, async () => {
        const { blobs, key } = await used();
        await expect(blobs.put(key, second)).rejects.toThrow();
      });
    }
  });
}
