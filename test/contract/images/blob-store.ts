import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { SizeDiffers } from "../../../shared/images/ports/blob-store.ts";
import { blobReadsContract } from "./blob-reads.ts";
import {
  type BlobStoreUnderTest,
  collected,
  md5,
  opened,
  type StoreLimitations,
  streamed,
} from "./store-under-test.ts";

const MIB = 1024 ** 2;
/** More than one part of an upload holds, whether its length is known or not. */
const LARGE = 16 * MIB + 4321;

/** What every store must do, whether clients reach it by signed URLs or not. */
export function blobStoreContract(
  name: string,
  open: () => Promise<BlobStoreUnderTest>,
  limitations: StoreLimitations = {},
) {
  blobReadsContract(name, open);

  describe(`blob store: ${name}`, () => {
    const used = opened(open);
    const first = randomBytes(5 * MIB);
    const second = randomBytes(1000);
    const large = Buffer.alloc(LARGE, randomBytes(1009));

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

    const kept = async ({ blobs, key }: Awaited<ReturnType<typeof used>>) =>
      md5(await collected(blobs.readStream(key)));

    it.each([LARGE, undefined])("stores a stream whole, of the size %s", async (size) => {
      const store = await used();
      const { blobs, key } = store;
      const stored = await blobs.write(key, streamed(large).bytes, size);
      expect(stored).toEqual(await blobs.head(key));
      expect(stored.size).toBe(LARGE);
      expect(await kept(store)).toBe(md5(large));
      await blobs.delete(key);
    });

    it("leaves nothing of a stream that breaks off, or is not as long as was said", async () => {
      const { blobs, key } = await used();
      for (const breaksAfter of [0, LARGE - 100_000]) {
        const broken = blobs.write(key, streamed(large, { breaksAfter }).bytes, LARGE);
        await expect(broken).rejects.toThrow("the source broke off");
      }
      for (const size of [LARGE + 1, LARGE - 1, 0]) {
        const { bytes, state } = streamed(large);
        await expect(blobs.write(key, bytes, size)).rejects.toBeInstanceOf(SizeDiffers);
        expect(state.isEnded).toBe(true);
      }
      expect(await blobs.head(key)).toBeUndefined();
    });

    if (limitations.putIfAbsent === undefined)
      it("stores one of several streams of one key at once, and never over another", async () => {
        const store = await used();
        const { blobs, key } = store;
        const all = await Promise.all(
          [second, large, second].map((bytes) => blobs.write(key, streamed(bytes).bytes, bytes.length)),
        );
        const first = await blobs.head(key);
        if (limitations.concurrentPuts === undefined && limitations.completionReplaces === undefined)
          for (const one of all) expect(one).toEqual(first);
        expect([md5(second), md5(large)]).toContain(await kept(store));
        expect(await blobs.write(key, streamed(Buffer.from("late")).bytes)).toEqual(first);
        await blobs.delete(key);
        expect((await blobs.write(key, streamed(new Uint8Array()).bytes)).size).toBe(0);
        expect(await kept(store)).toBe(md5(new Uint8Array()));
        await blobs.delete(key);
      });
  });
}
