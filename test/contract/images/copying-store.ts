import { randomBytes, randomUUID } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { BlobMissing, type BlobStore } from "../../../shared/images/ports/blob-store.ts";
import { memoryBlobStore } from "../../fakes/images/memory-blob-store.ts";
import {
  type BlobStoreUnderTest,
  collected,
  md5,
  type StoreLimitations,
  streamed,
} from "./store-under-test.ts";

const MIB = 1024 ** 2;

export interface CopyingUnderTest {
  readonly from: BlobStore;
  readonly to: BlobStore & Required<Pick<BlobStore, "copyFrom">>;
  readonly leftovers: BlobStoreUnderTest["leftovers"];
}

/** What a store must do that copies from stores of its kind, in parts of 5 MiB. */
export function copyingStoreContract(
  name: string,
  open: () => Promise<CopyingUnderTest>,
  { putIfAbsent, completionReplaces }: StoreLimitations = {},
) {
  describe(`copying store: ${name}`, () => {
    let current: CopyingUnderTest | undefined;
    const used = async () => {
      current = await open();
      return { ...current, source: newKey(), key: newKey() };
    };
    const newKey = () => `${randomUUID()}/${randomUUID()}`;
    afterEach(async () => {
      expect(await current?.leftovers()).toEqual([]);
      current = undefined;
    });
    const large = Buffer.alloc(17 * MIB + 123, randomBytes(1009));

    it("copies an object of several parts, and leaves the other as it is", async () => {
      const { from, to, source, key } = await used();
      const original = await from.write(source, streamed(large).bytes, large.length);
      const copy = await to.copyFrom({ store: from, key: source }, key);
      expect(copy).toEqual(await to.head(key));
      expect(copy?.size).toBe(large.length);
      expect(md5(await collected(to.readStream(key)))).toBe(md5(large));
      expect(await from.head(source)).toEqual(original);
      await from.delete(source);
      expect(md5(await collected(to.readStream(key)))).toBe(md5(large));
      await to.delete(key);
    });

    it("copies nothing of what is missing, or of a store of another kind", async () => {
      const { from, to, source, key } = await used();
      await expect(to.copyFrom({ store: from, key: source }, key)).rejects.toBeInstanceOf(BlobMissing);
      const memory = memoryBlobStore().store;
      await memory.put(source, large);
      expect(await to.copyFrom({ store: memory, key: source }, key)).toBeUndefined();
      expect(await to.head(key)).toBeUndefined();
    });

    if (putIfAbsent === undefined && completionReplaces === undefined)
      it("copies small and empty objects, and never over another", async () => {
        const { from, to, source, key } = await used();
        for (const bytes of [new Uint8Array(), randomBytes(10)]) {
          await from.put(source, bytes);
          expect(await to.copyFrom({ store: from, key: source }, key)).toMatchObject({ size: bytes.length });
          expect(Buffer.from(await to.read(key, 0, 100))).toEqual(Buffer.from(bytes));
          await from.delete(source);
          await from.put(source, randomBytes(20));
          expect(await to.copyFrom({ store: from, key: source }, key)).toEqual(await to.head(key));
          expect(Buffer.from(await to.read(key, 0, 100))).toEqual(Buffer.from(bytes));
          for (const [store, stored] of [
            [from, source],
            [to, key],
          ] as const)
            await store.delete(stored);
        }
      });
  });
}
