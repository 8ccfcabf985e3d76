import { createHash, randomBytes, randomUUID } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { copyParts } from "../../../shared/images/operations/copies/copy-parts.ts";
import { BlobMissing, type BlobStore } from "../../../shared/images/ports/blob-store.ts";
import type { CopyTarget } from "../../../shared/images/ports/copy-target.ts";
import { UploadGone } from "../../../shared/images/ports/presigning-store.ts";
import type { BlobStoreUnderTest } from "./store-under-test.ts";

const MIB = 1024 ** 2;
/** S3's smallest part but the last. */
const PART = 5 * MIB;

export interface CopyTargetUnderTest {
  readonly from: BlobStore & CopyTarget;
  readonly to: BlobStore & CopyTarget;
  /** `to` as another process has it; itself unless said. */
  readonly reopened?: () => BlobStore & CopyTarget;
  /** Of which `to` cannot copy by itself. */
  readonly stranger: BlobStore;
  /** A key of `to`; one of an object of its own unless said. */
  readonly newKey?: () => string;
  readonly leftovers: BlobStoreUnderTest["leftovers"];
}

/** What a store cannot do, each with its reason. */
interface CopyLimitations {
  /** It takes the bytes of each part from whoever copies, also of those that lie in the same service. */
  readonly noCopyInside?: string;
  /** It refuses what is asked of an upload that is gone, but not with NoSuchUpload. */
  readonly goneUpload?: string;
  /** It takes the MD5 that is known of a part as that of the bytes. */
  readonly trustsMd5?: string;
}

/** Stores an object as copies are made: some stores know no `put` that replaces nothing. */
async function placed(store: CopyTargetUnderTest["from"], key: string, bytes: Uint8Array): Promise<void> {
  const upload = await store.createUpload(key);
  const etag = await store.sendPart(key, upload, 1, bytes);
  await store.completeUpload(key, upload, [{ number: 1, etag }]);
}

/** What a store must do that takes copies part by part. */
export function copyTargetContract(
  name: string,
  open: () => Promise<CopyTargetUnderTest>,
  { noCopyInside, goneUpload, trustsMd5 }: CopyLimitations = {},
) {
  describe(`copy target: ${name}`, () => {
    let current: CopyTargetUnderTest | undefined;
    const newKey = () => `${randomUUID()}/${randomUUID()}`;
    const begun = async () => {
      current = await open();
      const key = current.newKey?.() ?? newKey();
      return { ...current, source: newKey(), key, uploadId: await current.to.createUpload(key) };
    };
    afterEach(async () => {
      expect(await current?.leftovers()).toEqual([]);
      current = undefined;
    });

    if (!trustsMd5)
      it("checks a part by the MD5 that is known of it", async () => {
        const { to, key, uploadId } = await begun();
        const bytes = randomBytes(1000);
        const md5Of = (some: Uint8Array) => createHash("md5").update(some).digest("hex");
        try {
          await expect(
            to.sendPart(key, uploadId, 1, bytes, 0, md5Of(Buffer.from("other"))),
          ).rejects.toThrow();
          expect(await to.sendPart(key, uploadId, 1, bytes, 0, md5Of(bytes))).toBe(md5Of(bytes));
        } finally {
          await to.abortUpload(key, uploadId);
        }
      });

    it("makes an object of ranges of another store's, and of parts that come, in any order", async () => {
      const { from, to, source, key, uploadId } = await begun();
      const bytes = Buffer.alloc(2 * PART + 123, randomBytes(1009));
      await placed(from, source, bytes);
      const object = { store: from, key: source };
      if (noCopyInside === undefined) expect(to.canCopyFrom(from)).toBe(true);
      const bring = async (number: number, offset: number, length: number, at = offset) => {
        const isCopied = await to.copyPart(object, { key, uploadId, number }, { offset, length });
        expect(isCopied, noCopyInside).toBe(noCopyInside === undefined);
        if (!isCopied) await to.sendPart(key, uploadId, number, bytes.subarray(offset, offset + length), at);
      };
      await bring(3, 2 * PART, 123);
      // One that is there gives way.
      await bring(1, 7, PART, 0);
      await bring(1, 0, PART);
      await to.sendPart(key, uploadId, 2, bytes.subarray(PART, 2 * PART), PART);
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

    it("goes on with what a killed run has left, in another process, without doing that again", async () => {
      const { stranger, source, key, uploadId, to: first, reopened = () => first } = await begun();
      const bytes = Buffer.alloc(2 * PART + 123, randomBytes(1009));
      await stranger.put(source, bytes);
      const copy = { key, upload_id: uploadId, size: bytes.length, part_size: PART };
      const sent: number[] = [];
      const run = async (parts: number) => {
        const to = reopened();
        const watched: typeof to = {
          ...to,
          sendPart: (...part) => {
            sent.push(part[2]);
            return to.sendPart(...part);
          },
        };
        return copyParts(watched, { store: stranger, key: source }, copy, {
          mayGoOn: async () => sent.length < parts,
        });
      };
      expect(await run(1)).toBe(false);
      expect(await run(9)).toBe(true);
      expect(sent.toSorted()).toEqual([1, 2, 3]);
      expect(Buffer.from(await first.read(key, 0, bytes.length)).equals(bytes)).toBe(true);
      await first.delete(key);
      await stranger.delete(source);
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
      if (noCopyInside === undefined)
        await expect(to.copyPart(object, part, range)).rejects.toBeInstanceOf(BlobMissing);
      await placed(from, source, randomBytes(10));
      await to.abortUpload(key, uploadId);
      const expectGone = (call: Promise<unknown>) =>
        goneUpload === undefined
          ? expect(call).rejects.toBeInstanceOf(UploadGone)
          : expect(call, goneUpload).rejects.toThrow();
      if (noCopyInside === undefined) await expectGone(to.copyPart(object, part, range));
      await expectGone(to.sendPart(key, uploadId, 1, randomBytes(10), 0));
      await from.delete(source);
    });
  });
}
