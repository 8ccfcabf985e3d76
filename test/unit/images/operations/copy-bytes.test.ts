import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { copyBytes } from "../../../../shared/images/operations/bytes/copy-bytes.ts";
import { BlobMissing, type BlobStore, SizeDiffers } from "../../../../shared/images/ports/blob-store.ts";
import { memoryBlobStore } from "../../../fakes/images/memory-blob-store.ts";

const bytes = randomBytes(200_000);

describe("a copy of bytes to another store", () => {
  const made = async () => {
    const [from, to] = [memoryBlobStore(), memoryBlobStore()];
    await from.store.put("a/1", bytes);
    return { from, to, source: { store: from.store, key: "a/1" } };
  };

  it("comes as a stream, and leaves the source as it is", async () => {
    const { from, to, source } = await made();
    const stored = await copyBytes(source, { store: to.store, key: "a/2" });
    expect(stored).toEqual(await to.store.head("a/2"));
    expect(to.objects.get("a/2")).toEqual(bytes);
    expect(from.objects.get("a/1")).toEqual(bytes);
  });

  it("is made by the store itself where it can, and comes as a stream where it cannot", async () => {
    for (const can of [true, false]) {
      const { to, source } = await made();
      const store: BlobStore = {
        ...to.store,
        copyFrom: async (_, key) => (can ? { size: 7, etag: `copied to ${key}` } : undefined),
      };
      const stored = await copyBytes(source, { store, key: "a/2" });
      expect(stored.size).toBe(can ? 7 : bytes.length);
      expect(to.objects.has("a/2")).toBe(!can);
    }
  });

  it("is none of what is missing, or is not as long as its store says", async () => {
    const { to, source } = await made();
    const missing = copyBytes({ ...source, key: "a/0" }, { store: to.store, key: "a/2" });
    await expect(missing).rejects.toBeInstanceOf(BlobMissing);
    const store: BlobStore = { ...source.store, head: async () => ({ size: bytes.length + 1, etag: "x" }) };
    const short = copyBytes({ ...source, store }, { store: to.store, key: "a/2" });
    await expect(short).rejects.toBeInstanceOf(SizeDiffers);
    expect(to.objects.size).toBe(0);
  });
});
