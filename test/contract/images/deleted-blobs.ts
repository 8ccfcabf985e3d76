import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { BlobStore } from "../../../shared/images/ports/blob-store.ts";
import type { DeletedBlobs } from "../../../shared/images/ports/deleted-blobs.ts";

/** What brings back deleted objects must do beside the blob store of the same state. */
export function deletedBlobsContract(
  name: string,
  open: () => Promise<{ readonly blobs: BlobStore; readonly deletedBlobs: DeletedBlobs }>,
) {
  describe(`deleted blobs: ${name}`, () => {
    const bytes = Buffer.from("0123456789");

    it("are back as they were, however often they were deleted", async () => {
      const { blobs, deletedBlobs } = await open();
      const key = `${randomUUID()}/${randomUUID()}`;
      await blobs.put(key, bytes);
      await blobs.put(`${key}x`, Buffer.from("other"));
      const before = await blobs.head(key);
      for (let times = 1; times <= 3; times++) {
        for (let n = 0; n < times; n++) await blobs.delete(key);
        expect(await blobs.head(key)).toBeUndefined();
        expect(await deletedBlobs.bringBack(key)).toEqual(before);
        expect(Buffer.from(await blobs.read(key, 0, 100))).toEqual(bytes);
      }
      expect(await deletedBlobs.bringBack(key)).toEqual(before);
      await blobs.delete(`${key}x`);
      expect(await deletedBlobs.bringBack(key)).toEqual(before);
      expect(await blobs.head(`${key}x`)).toBeUndefined();
      await blobs.delete(key);
    });

    it("that never were are not there", async () => {
      const { deletedBlobs } = await open();
      expect(await deletedBlobs.bringBack(`${randomUUID()}/${randomUUID()}`)).toBeUndefined();
    });
  });
}
