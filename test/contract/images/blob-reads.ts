import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { BlobMissing } from "../../../shared/images/ports/blob-store.ts";
import { type BlobStoreUnderTest, collected, md5, opened } from "./store-under-test.ts";

const MIB = 1024 ** 2;
/** More than one range of a reader. */
const LARGE = 16 * MIB + 4321;

/** How every store is read, one that only reads too. */
export function blobReadsContract(name: string, open: () => Promise<BlobStoreUnderTest>) {
  describe(`blob reads: ${name}`, () => {
    const used = opened(open);
    const first = randomBytes(5 * MIB);
    const second = randomBytes(1000);
    const large = Buffer.alloc(LARGE, randomBytes(1009));

    it("reads ranges, and fewer bytes only at the end", async () => {
      const { blobs, key, place, discard } = await used();
      const whole = Buffer.concat([first, second]);
      await place(key, whole);
      expect(Buffer.from(await blobs.read(key, 10, 20))).toEqual(whole.subarray(10, 30));
      expect(Buffer.from(await blobs.read(key, whole.length - 5, 100))).toEqual(whole.subarray(-5));
      expect(await blobs.read(key, whole.length, 10)).toHaveLength(0);
      expect(await blobs.read(key, 0, 0)).toHaveLength(0);
      await discard(key);
    });

    it("gives an object, or a range of it, as it comes, and no more to who stops", async () => {
      const { blobs, key, place, discard } = await used();
      await place(key, large);
      expect(md5(await collected(blobs.readStream(key)))).toBe(md5(large));
      const range = await collected(blobs.readStream(key, { offset: 70_000, length: 100_001 }));
      expect(Buffer.compare(range, large.subarray(70_000, 170_001))).toBe(0);
      const end = await collected(blobs.readStream(key, { offset: LARGE - 7 }));
      expect(end).toEqual(large.subarray(-7));
      for (const beyond of [{ offset: LARGE }, { offset: LARGE + 1, length: 5 }, { length: 0 }])
        expect(await collected(blobs.readStream(key, beyond))).toHaveLength(0);
      let taken = 0;
      for await (const chunk of blobs.readStream(key)) {
        taken += chunk.length;
        break;
      }
      expect(taken).toBeGreaterThan(0);
      await discard(key);
    });

    it("says of what is not there that it is missing", async () => {
      const { blobs, key } = await used();
      expect(await blobs.head(key)).toBeUndefined();
      await expect(blobs.read(key, 0, 10)).rejects.toBeInstanceOf(BlobMissing);
      await expect(collected(blobs.readStream(key))).rejects.toBeInstanceOf(BlobMissing);
    });
  });
}
