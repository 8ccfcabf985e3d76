import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Image } from "../../../shared/images/domain/image.ts";
import type { Transfer } from "../../../shared/images/domain/transfer.ts";
import { type ImageStore, RevisionConflict } from "../../../shared/images/ports/image-store.ts";
import type { TransferStore } from "../../../shared/images/ports/transfer-store.ts";
import { created } from "./some-images.ts";

export const aTransfer = (image: Image): Transfer => ({
  id: randomUUID(),
  image_id: image.id,
  revision: 0,
  state: "open",
  key: `${image.id}/x`,
  upload_id: "u",
  size: 1,
  part_size: 1,
  token_hash: "00",
  lease_seconds: 60,
  created_at: image.created_at,
  expires_at: image.created_at,
  latest_expiry: image.created_at,
});

/** What every transfer store must do beside the image store of the same state; `make` gives an empty one. */
export function transferStoreContract(name: string, make: () => Promise<ImageStore & TransferStore>) {
  describe(`transfer store: ${name}`, () => {
    it("writes image and transfer together or neither", async () => {
      const store = await make();
      const image = await created(store);
      const transfer = aTransfer(image);
      const { image: saving } = await store.commit({
        image: { before: image, after: { ...image, status: "saving" } },
        writes: [{ kind: "transfer", before: undefined, after: transfer }],
      });
      const found = await store.findWithTransfer(image.id, transfer.id);
      expect(found).toEqual({ image: saving, transfer: { ...transfer, revision: 1 } });

      const stale = store.commit({
        image: { before: saving, after: { ...saving, status: "active" } },
        writes: [{ kind: "transfer", before: transfer, after: { ...transfer, state: "complete" } }],
      });
      await expect(stale).rejects.toBeInstanceOf(RevisionConflict);
      expect((await store.find(image.id))?.status).toBe("saving");
      expect(await store.findWithTransfer(randomUUID(), transfer.id)).toEqual({});
    });

    it("extends only open transfers, and forgets ended ones in the list of open ones", async () => {
      const store = await make();
      const image = await created(store);
      const transfer = aTransfer(image);
      const { image: saving } = await store.commit({
        image: { before: image, after: image },
        writes: [{ kind: "transfer", before: undefined, after: transfer }],
      });
      expect(await store.touch(transfer, "2030")).toBe(true);
      expect((await store.findWithTransfer(image.id, transfer.id)).transfer?.expires_at).toBe("2030");
      expect((await store.openTransfers(10)).transfers).toEqual([
        { imageId: image.id, transferId: transfer.id },
      ]);

      const before = { ...transfer, revision: 1 };
      await store.commit({
        image: { before: saving, after: saving },
        writes: [{ kind: "transfer", before, after: { ...before, state: "aborted" } }],
      });
      expect(await store.touch(transfer, "2031")).toBe(false);
      expect((await store.openTransfers(10)).transfers).toEqual([]);
    });

    it("has nothing in the list of open ones of a transfer that is over when it is written", async () => {
      const store = await make();
      const image = await created(store);
      await store.commit({
        image: { before: image, after: image },
        writes: [{ kind: "transfer", before: undefined, after: { ...aTransfer(image), state: "complete" } }],
      });
      expect((await store.openTransfers(10)).transfers).toEqual([]);
    });

    it("records what is signed on condition that nobody has recorded more meanwhile", async () => {
      const store = await make();
      const image = await created(store);
      const transfer = aTransfer(image);
      await store.commit({
        image: { before: image, after: image },
        writes: [{ kind: "transfer", before: undefined, after: transfer }],
      });
      const read = async () => (await store.findWithTransfer(image.id, transfer.id)).transfer as Transfer;
      const record = (seen: Transfer, version: number) =>
        store.saveSigned(seen, { version, lengths: `1*${version}`, until: "2030" }, "2031");
      const first = await read();
      const both = await Promise.all([record(first, 1), record(first, 1)]);
      // None where the answer to the one that was written got lost.
      expect(both.filter((isRecorded) => isRecorded).length).toBeLessThanOrEqual(1);
      const second = await read();
      expect(second).toMatchObject({ signed: { version: 1, lengths: "1*1" }, expires_at: "2031" });
      await record(second, 2);
      expect(await record(second, 2)).toBe(false);
      expect((await read()).signed?.lengths).toBe("1*2");

      const open = await read();
      const { image: now } = await store.findWithTransfer(image.id, transfer.id);
      await store.commit({
        image: { before: now, after: now as Image },
        writes: [{ kind: "transfer", before: open, after: { ...open, state: "completing" } }],
      });
      expect(await record(open, 3)).toBe(false);
    });

    it("keeps how far hashing has come", async () => {
      const store = await make();
      const image = await created(store);
      const transfer = aTransfer(image);
      await store.commit({
        image: { before: image, after: image },
        writes: [{ kind: "transfer", before: undefined, after: transfer }],
      });
      const hashing = { offset: 5, md5: "a", sha512: "b" };
      const kept = async () => (await store.findWithTransfer(image.id, transfer.id)).transfer?.hashing;
      expect(await store.saveHashing({ ...transfer, hashing })).toBe(true);
      expect(await kept()).toMatchObject(hashing);
      // A slower run must not set it back, nor go on beside one that is as far.
      for (const offset of [4, 5])
        expect(await store.saveHashing({ ...transfer, hashing: { ...hashing, offset } })).toBe(false);
      expect(await kept()).toMatchObject(hashing);
      const further = { offset: 10, md5: "c", sha512: "d" };
      const both = [1, 2].map(() => store.saveHashing({ ...transfer, hashing: further }));
      expect((await Promise.all(both)).filter((isKept) => isKept)).toHaveLength(1);
      expect(await kept()).toMatchObject(further);
      // What was read of another object under the same key says nothing of this one.
      const old = { ...further, offset: 20, etag: "a" };
      const later = { ...further, offset: 3, etag: "b" };
      expect(await store.saveHashing({ ...transfer, hashing: old })).toBe(true);
      expect(await store.saveHashing({ ...transfer, hashing: { ...old, offset: 3 } })).toBe(false);
      expect(await store.saveHashing({ ...transfer, hashing: later })).toBe(true);
      expect(await kept()).toMatchObject(later);
    });
  });
}
