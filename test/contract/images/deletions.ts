import { describe, expect, it } from "vitest";
import { deletionOf } from "../../../shared/images/domain/deletion.ts";
import { deletionWrite } from "../../../shared/images/ports/change.ts";
import type { Deletions } from "../../../shared/images/ports/deletions.ts";
import type { ImageStore } from "../../../shared/images/ports/image-store.ts";
import { created } from "./some-images.ts";

/** What all deletions must do beside the image store of the same state; `make` gives an empty one. */
export function deletionsContract(name: string, make: () => Promise<ImageStore & Deletions>) {
  describe(`deletions: ${name}`, () => {
    it("keeps deletions until they are done, oldest first", async () => {
      const store = await make();
      const image = await created(store);
      const cut = [3, 1, 2].map((n) => deletionOf({ image_id: image.id, key: `k${n}` }, new Date(n)));
      await store.commit({ image: { before: image, after: image }, writes: cut.map(deletionWrite) });
      const pending = await store.pendingDeletions(2);
      expect(pending.map(({ key }) => key)).toEqual(["k1", "k2"]);
      expect((await store.pendingDeletions(2, pending[1]?.id)).map(({ key }) => key)).toEqual(["k3"]);
      const [first] = pending;
      expect(await store.findDeletion(first?.id ?? "")).toEqual(first);
      await store.removeDeletion(first?.id ?? "");
      await store.removeDeletion(first?.id ?? "");
      expect(await store.findDeletion(first?.id ?? "")).toBeUndefined();
    });

    it("gives a deletion into one hand at a time, until the claim runs out or the deletion is done", async () => {
      const store = await make();
      const image = await created(store);
      const cut = deletionOf({ image_id: image.id, key: "k" }, new Date(0));
      await store.commit({ image: { before: image, after: image }, writes: [deletionWrite(cut)] });
      const claim = (now: number, until: number) =>
        store.claimDeletion(cut.id, { now: new Date(now), until: new Date(until) });
      const claims = await Promise.all(Array.from({ length: 5 }, () => claim(1000, 2000)));
      expect(claims.filter((got) => got)).toHaveLength(1);
      expect(await claim(1999, 5000)).toBe(false);
      expect(await claim(2000, 3000)).toBe(true);
      expect(await store.findDeletion(cut.id)).toMatchObject(cut);
      await store.removeDeletion(cut.id);
      expect(await claim(9000, 9999)).toBe(false);
      expect(await store.findDeletion(cut.id)).toBeUndefined();
    });
  });
}
