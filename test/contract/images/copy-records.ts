import { describe, expect, it } from "vitest";
import type { Transfer } from "../../../shared/images/domain/transfer.ts";
import type { CopyRecords } from "../../../shared/images/ports/copy-records.ts";
import type { ImageStore } from "../../../shared/images/ports/image-store.ts";
import type { TransferStore } from "../../../shared/images/ports/transfer-store.ts";
import { created } from "./some-images.ts";
import { aTransfer } from "./transfer-store.ts";

interface CopyRecordsUnderTest {
  readonly store: ImageStore & TransferStore;
  readonly copies: CopyRecords;
}

/** What the records of copies must do beside the image store of the same state; `make` gives empty ones. */
export function copyRecordsContract(name: string, make: () => Promise<CopyRecordsUnderTest>) {
  describe(`copy records: ${name}`, () => {
    it("lets one run at a time hold a transfer, until it says so no more", async () => {
      const { store, copies } = await make();
      const [image, other] = [await created(store), await created(store)];
      const transfer = aTransfer(image);
      const write = { kind: "transfer", before: undefined, after: transfer } as const;
      const { image: after } = await store.commit({
        image: { before: image, after: image },
        writes: [write],
      });
      const hold = (by: string, now: string, until: string) =>
        copies.hold(transfer, { by, now, until, expiresAt: until });
      expect(await hold("one", "2026-01-01", "2026-01-03")).toBe(true);
      expect(await hold("two", "2026-01-02", "2026-01-04")).toBe(false);
      expect(await hold("one", "2026-01-02", "2026-01-04")).toBe(true);
      expect(await hold("two", "2026-01-03", "2026-01-05")).toBe(false);
      expect(await hold("two", "2026-01-04", "2026-01-06")).toBe(true);
      const found = (await store.findWithTransfer(image.id, transfer.id)).transfer;
      expect(found).toMatchObject({ hold: { by: "two", until: "2026-01-06" }, expires_at: "2026-01-06" });
      expect(await copies.openTransfersOf(image.id)).toEqual([transfer.id]);
      expect(await copies.openTransfersOf(other.id)).toEqual([]);
      const end = async (state: "completing" | "aborted", before: typeof after) => {
        const held = (await store.findWithTransfer(image.id, transfer.id)).transfer as Transfer;
        const writes = [{ kind: "transfer", before: held, after: { ...held, state } } as const];
        return (await store.commit({ image: { before, after: before }, writes })).image;
      };
      const completing = await end("completing", after);
      expect(await hold("two", "2026-01-05", "2026-01-06")).toBe(true);
      await end("aborted", completing);
      expect(await hold("two", "2026-01-07", "2026-01-08")).toBe(false);
      expect(await copies.openTransfersOf(image.id)).toEqual([]);
    });
  });
}
