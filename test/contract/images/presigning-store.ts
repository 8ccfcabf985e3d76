import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  PartsRefused,
  type PresigningStore,
  UploadGone,
} from "../../../shared/images/ports/presigning-store.ts";
import { blobStoreContract } from "./blob-store.ts";
import { type BlobStoreUnderTest, md5, opened, type StoreLimitations } from "./store-under-test.ts";

const MIB = 1024 ** 2;
const PART_BYTES = 5 * MIB;

/** A presigning store as its clients use it. */
export interface PresigningUnderTest {
  readonly blobs: PresigningStore;
  /** The PUT that a client makes to a signed part URL. Returns the HTTP status: 200, or 201 in Swift, is success. */
  readonly putPart: (url: string, bytes: Uint8Array) => Promise<number>;
  /** The GET that a client makes to a signed download URL. */
  readonly download: (url: string) => Promise<Uint8Array>;
  readonly leftovers: BlobStoreUnderTest["leftovers"];
}

export interface PresigningLimitations extends StoreLimitations {
  readonly lateCompletion?: string;
  /** It refuses what is asked of an upload that is gone, but not with NoSuchUpload. */
  readonly goneUpload?: string;
  /** A signed part URL takes any length; what is not of the signed one is no part. */
  readonly unboundLength?: string;
}

const isStored = (status: number): boolean => status === 200 || status === 201;

/** Sends parts by signed URLs, as clients do. */
async function put(
  { blobs, putPart }: Pick<PresigningUnderTest, "blobs" | "putPart">,
  key: string,
  upload: string,
  parts: Uint8Array[],
) {
  for (const [index, bytes] of parts.entries()) {
    const url = await blobs.signPart(key, upload, index + 1, bytes.length, 600);
    expect(await putPart(url, bytes)).toSatisfy(isStored);
  }
}

/** What every store must do, on objects of parts, and what those must do besides that sign URLs. */
export function presigningStoreContract(
  name: string,
  open: () => Promise<PresigningUnderTest>,
  limitations: PresigningLimitations = {},
) {
  const withParts = async () => {
    const store = await open();
    const place = async (key: string, whole: Uint8Array) => {
      const upload = await store.blobs.createUpload(key);
      await put(store, key, upload, [whole.subarray(0, PART_BYTES), whole.subarray(PART_BYTES)]);
      await store.blobs.completeUpload(key, upload, (await store.blobs.listParts(key, upload)).parts);
    };
    return { ...store, place, discard: store.blobs.delete };
  };
  blobStoreContract(name, withParts, limitations);

  describe(`presigning store: ${name}`, () => {
    const used = opened(withParts);
    const first = randomBytes(PART_BYTES);
    const second = randomBytes(1000);

    it("makes an object of parts that came to signed URLs, out of order, one twice", async () => {
      const store = await used();
      const { blobs, putPart, key } = store;
      const upload = await blobs.createUpload(key);
      const send = async (number: number, bytes: Uint8Array) =>
        putPart(await blobs.signPart(key, upload, number, bytes.length, 600), bytes);
      for (const status of await Promise.all([send(2, second), send(1, randomBytes(5 * MIB))]))
        expect(status).toSatisfy(isStored);
      expect(await send(1, first)).toSatisfy(isStored);
      const { parts } = await blobs.listParts(key, upload);
      expect(parts).toEqual([
        { number: 1, size: first.length, etag: md5(first) },
        { number: 2, size: second.length, etag: md5(second) },
      ]);
      expect((await blobs.listParts(key, upload, 1)).parts.map(({ number }) => number)).toEqual([2]);
      expect(await blobs.head(key)).toBeUndefined();
      await blobs.completeUpload(key, upload, parts);
      expect((await blobs.head(key))?.size).toBe(first.length + second.length);
      expect(md5(await store.download(await blobs.signDownload(key, 600)))).toBe(
        md5(Buffer.concat([first, second])),
      );
      await blobs.delete(key);
      await blobs.delete(key);
      expect(await blobs.head(key)).toBeUndefined();
    });

    it("refuses a missing part, another ETag, a small part that is not the last, and no parts", async () => {
      const store = await used();
      const { blobs, key } = store;
      const upload = await blobs.createUpload(key);
      await put(store, key, upload, [second, first]);
      const { parts } = await blobs.listParts(key, upload);
      const refused = (list: readonly { number: number; etag: string }[]) =>
        expect(blobs.completeUpload(key, upload, list)).rejects.toBeInstanceOf(PartsRefused);
      await refused(parts);
      await refused([{ number: 2, etag: md5(second) }]);
      await refused([{ number: 3, etag: md5(first) }]);
      await expect(blobs.completeUpload(key, upload, [])).rejects.toThrow();
      expect(await blobs.head(key)).toBeUndefined();
      await blobs.abortUpload(key, upload);
    });

    it("knows an aborted upload no more, and aborts twice", async () => {
      const store = await used();
      const { blobs, key, putPart } = store;
      const upload = await blobs.createUpload(key);
      const url = await blobs.signPart(key, upload, 1, second.length, 600);
      await blobs.abortUpload(key, upload);
      await blobs.abortUpload(key, upload);
      const expectGone = (call: Promise<unknown>) =>
        limitations.goneUpload === undefined
          ? expect(call).rejects.toBeInstanceOf(UploadGone)
          : expect(call, limitations.goneUpload).rejects.toThrow();
      await expectGone(blobs.listParts(key, upload));
      expect(await putPart(url, second)).not.toSatisfy(isStored);
      await expectGone(blobs.completeUpload(key, upload, [{ number: 1, etag: md5(second) }]));
    });

    it("never replaces an object by a late completion", async () => {
      const store = await used();
      const { blobs, key } = store;
      const [winner, late] = [await blobs.createUpload(key), await blobs.createUpload(key)];
      await put(store, key, winner, [second]);
      await put(store, key, late, [first]);
      await blobs.completeUpload(key, winner, [{ number: 1, etag: md5(second) }]);
      const lateCompletion = blobs.completeUpload(key, late, [{ number: 1, etag: md5(first) }]);
      if (limitations.lateCompletion === undefined) await lateCompletion;
      else await expect(lateCompletion, limitations.lateCompletion).rejects.toThrow();
      const kept = limitations.completionReplaces === undefined ? second : first;
      expect((await blobs.head(key))?.size, limitations.completionReplaces).toBe(kept.length);
      await blobs.abortUpload(key, late);
      await blobs.delete(key);
    });

    it("makes one object of several completions at once, each of which finds it or its upload gone", async () => {
      const store = await used();
      const { blobs, key } = store;
      const upload = await blobs.createUpload(key);
      await put(store, key, upload, [second]);
      const complete = () => blobs.completeUpload(key, upload, [{ number: 1, etag: md5(second) }]);
      const ends = await Promise.allSettled([complete(), complete(), complete()]);
      const kept = Buffer.from(await blobs.read(key, 0, 10_000));
      await blobs.delete(key);
      expect(kept).toEqual(second);
      expect(ends.some(({ status }) => status === "fulfilled")).toBe(true);
      // Whoever refuses late completions in its own way does so here, when one comes after the others.
      if (limitations.lateCompletion === undefined)
        for (const end of ends) if (end.status === "rejected") expect(end.reason).toBeInstanceOf(UploadGone);
    });

    it("signs a URL for one part, one length and one key only", async () => {
      const store = await used();
      const { blobs, key, putPart } = store;
      const upload = await blobs.createUpload(key);
      const url = await blobs.signPart(key, upload, 1, second.length, 600);
      expect(url).not.toContain("checksum");
      const wrongLength = await putPart(url, second.subarray(1));
      expect(isStored(wrongLength), limitations.unboundLength).toBe(limitations.unboundLength !== undefined);
      // As S3 names a part and as Swift does.
      const otherPart = url.replace("partNumber=1", "partNumber=2").replace("/00001-", "/00002-");
      expect(otherPart).not.toBe(url);
      expect(await putPart(otherPart, second)).not.toSatisfy(isStored);
      // S3 has the key in the path, and Swift the container of the upload.
      const elsewhere = url.replace(/\/([^/?]{20,})(?=\/[^/?]+\?)/, "/$1x");
      expect(elsewhere).not.toBe(url);
      expect(await putPart(elsewhere, second)).not.toSatisfy(isStored);
      expect((await blobs.listParts(key, upload)).parts).toEqual([]);
      expect(await putPart(url, second)).toSatisfy(isStored);
      await blobs.abortUpload(key, upload);
    });
  });
}
