import { randomBytes, randomUUID } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { BlobMissing, type BlobStore } from "../../../shared/images/ports/blob-store.ts";
import type { CopyTarget } from "../../../shared/images/ports/copy-target.ts";
import { UploadGone } from "../../../shared/images/ports/presigning-store.ts";
import type { BlobStoreUnderTest } from "./store-under-test.ts";

const MIB = 1024 ** 2;
/** S3's smallest part but the last. */
const PART = 5 * MIB;

export interface CopyTargetUnderTest {
  readonly from: BlobStore;
  readonly to: BlobStore & CopyTarget;
  /** Of which `to` cannot copy by itself. */
  readonly stranger: BlobStore;
  readonly leftovers: BlobStoreUnderTest["leftovers"];
}

/** What a store must do that takes copies part by part. */
export function copyTargetContract(name: string, open: () => Promise<CopyTargetUnderTest>) {
  describe(`copy target: ${name}`, () => {
    let current: CopyTargetUnderTest | undefined;
    const newKey = () => `${randomUUID()}/${randomUUID()}`;
    const begun = async () => {
      current = await open();
      const key = newKey();
      return { ...current, source: newKey(), key, uploadId: await current.to.createUpload(key) };
    };
    afterEach(async () => {
      expect(await current?.leftovers()).toEqual([]);
      current = undefined;
    });

    it("makes an object of ranges of another store's, and of parts that come, in any order", async () => {
      const { from, to, source, key, uploadId } = await begun();
      const bytes = Buffer.alloc(2 * PART + 123, randomBytes(1009));
      await from.put(source, bytes);
      const object = { store: from, key: source };
      expect(to.canCopyFrom(from)).toBe(true);
      const part = (number: number) => ({ key, uploadId, number });
      expect(await to.copyPart(object, part(3), { offset: 2 * PART, length: 123 })).toBe(true);
      // One that is there gives way.
      expect(await to.copyPart(object, part(1), { offset: 7, length: PART })).toBe(true);
      expect(await to.copyPart(object, part(1), { offset: 0, length: PART })).toBe(true);
      await to.sendPart(key, uploadId, 2, bytes.subarray(PART, 2 * PART));
      const { parts } = await to.listParts(key, uploadId);
      expect(parts.map(({ number, size }) => [number, size])).toEqual([
        [1, PART],
        [2, PART],
        [3, 123],
      ]);
      expect(await to.head(key)).toBeUndefined();
      await to.completeUpload(key, uploadId, parts);
      expect(Buffer.from(await to.read(key, 0, bytes.length)).equals(bytes)).toBe(true);
      await from.delete(source);
      await to.delete(key);
    });

    it("says where it cannot copy by itself, and changes nothing then", async () => {
      const { to, stranger, source, key, uploadId } = await begun();
      await stranger.put(source, randomBytes(10));
      expect(to.canCopyFrom(stranger)).toBe(false);
      const part = { key, uploadId, number: 1 };
      expect(await to.copyPart({ store: stranger, key: source }, part, { offset: 0, length: 10 })).toBe(
        false,
      );
      expect((await to.listParts(key, uploadId)).parts).toEqual([]);
      await to.abortUpload(key, uploadId);
      await stranger.delete(source);
    });

    it("tells a source that is gone from an upload that is", async () => {
      const { from, to, source, key, uploadId } = await begun();
      const range = { offset: 0, length: 10 };
      const object = { store: from, key: source };
      const part = { key, uploadId, number: 1 };
      await expect(to.copyPart(object, part, range)).rejects.toBeInstanceOf(BlobMissing);
      await from.put(source, randomBytes(10));
      await to.abortUpload(key, uploadId);
      await expect(to.copyPart(object, part, range)).rejects.toBeInstanceOf(UploadGone);
      await expect(to.sendPart(key, uploadId, 1, randomBytes(10))).rejects.toBeInstanceOf(UploadGone);
      await from.delete(source);
    });
  });
}
