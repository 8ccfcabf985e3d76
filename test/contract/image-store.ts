import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { deletionOf } from "../../shared/domain/deletion.ts";
import { emptyImage, type Image } from "../../shared/domain/image.ts";
import type { Member, MemberStatus } from "../../shared/domain/member.ts";
import { imageEvent } from "../../shared/domain/notification.ts";
import type { Transfer } from "../../shared/domain/transfer.ts";
import {
  ImageIdTaken,
  type ImageListing,
  type ImageLists,
  type ImageStore,
  RevisionConflict,
} from "../../shared/ports/image-store.ts";

type ListedStore = ImageStore & ImageLists;

let second = 0;

const anImage = (attributes: Partial<Image> = {}): Image => {
  const at = new Date(Date.UTC(2026, 0, 1) + second++ * 1000).toISOString();
  return { ...emptyImage, id: randomUUID(), owner: "demo", created_at: at, updated_at: at, ...attributes };
};

const aTransfer = (image: Image): Transfer => ({
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

async function listed(store: ListedStore, listing: Partial<ImageListing> = {}): Promise<string[]> {
  const ids: string[] = [];
  const whole: ImageListing = {
    scopes: [{ kind: "owner", project: "demo" }],
    sortKey: "created_at",
    direction: "desc",
    expected: 3,
    ...listing,
  };
  for await (const { id } of store.list(whole)) ids.push(id);
  return ids;
}

/** What every image store must do; `make` gives an empty one. */
export function imageStoreContract(name: string, make: () => Promise<ListedStore>) {
  const created = async (store: ListedStore, attributes: Partial<Image> = {}) => {
    const image = anImage(attributes);
    const written = await store.commit({
      image: { before: undefined, after: image },
      events: [imageEvent("image.create", image)],
    });
    return written.image;
  };
  const changed = (store: ListedStore, before: Image, attributes: Partial<Image>) =>
    store.commit({ image: { before, after: { ...before, ...attributes } } }).then(({ image }) => image);

  describe(`image store: ${name}`, () => {
    it("returns what was written, with its revision", async () => {
      const store = await make();
      const image = await created(store, {
        name: "ü\u{1F600}",
        properties: { a: "1", b: null },
        tags: ["t"],
      });
      expect(image.revision).toBe(1);
      expect(await store.find(image.id)).toEqual(image);
      expect(await store.find(randomUUID())).toBeUndefined();
    });

    it("refuses an id that is taken, and leaves the image as it was", async () => {
      const store = await make();
      const image = await created(store);
      const other = store.commit({ image: { before: undefined, after: { ...image, name: "other" } } });
      await expect(other).rejects.toBeInstanceOf(ImageIdTaken);
      expect(await store.find(image.id)).toEqual(image);
      expect(await listed(store)).toEqual([image.id]);
    });

    it("writes only over the revision that was read", async () => {
      const store = await make();
      const image = await created(store);
      await changed(store, image, { name: "first" });
      await expect(changed(store, image, { name: "second" })).rejects.toBeInstanceOf(RevisionConflict);
      expect((await store.find(image.id))?.name).toBe("first");
    });

    it("lets exactly one of many writers at once win", async () => {
      const store = await make();
      const image = await created(store);
      const writers = Array.from({ length: 10 }, (_, n) => changed(store, image, { name: `${n}` }));
      const results = await Promise.allSettled(writers);
      expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    });

    it("writes image and transfer together or neither", async () => {
      const store = await make();
      const image = await created(store);
      const transfer = aTransfer(image);
      const { image: saving } = await store.commit({
        image: { before: image, after: { ...image, status: "saving" } },
        transfer: { before: undefined, after: transfer },
      });
      const found = await store.findWithTransfer(image.id, transfer.id);
      expect(found).toEqual({ image: saving, transfer: { ...transfer, revision: 1 } });

      const stale = store.commit({
        image: { before: saving, after: { ...saving, status: "active" } },
        transfer: { before: transfer, after: { ...transfer, state: "complete" } },
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
        transfer: { before: undefined, after: transfer },
      });
      expect(await store.touch(transfer, "2030")).toBe(true);
      expect((await store.findWithTransfer(image.id, transfer.id)).transfer?.expires_at).toBe("2030");
      expect((await store.openTransfers(10)).transfers).toEqual([
        { imageId: image.id, transferId: transfer.id },
      ]);

      const before = { ...transfer, revision: 1 };
      await store.commit({
        image: { before: saving, after: saving },
        transfer: { before, after: { ...before, state: "aborted" } },
      });
      expect(await store.touch(transfer, "2031")).toBe(false);
      expect((await store.openTransfers(10)).transfers).toEqual([]);
    });

    it("keeps how far hashing has come", async () => {
      const store = await make();
      const image = await created(store);
      const transfer = aTransfer(image);
      await store.commit({
        image: { before: image, after: image },
        transfer: { before: undefined, after: transfer },
      });
      const hashing = { offset: 5, md5: "a", sha512: "b" };
      await store.saveHashing({ ...transfer, hashing });
      expect((await store.findWithTransfer(image.id, transfer.id)).transfer?.hashing).toEqual(hashing);
    });

    it("keeps deletions until they are done, oldest first", async () => {
      const store = await make();
      const image = await created(store);
      const cut = [3, 1, 2].map((n) => deletionOf({ image_id: image.id, key: `k${n}` }, new Date(n)));
      await store.commit({ image: { before: image, after: image }, deletions: cut });
      const pending = await store.pendingDeletions(2);
      expect(pending.map(({ key }) => key)).toEqual(["k1", "k2"]);
      expect((await store.pendingDeletions(2, pending[1]?.id)).map(({ key }) => key)).toEqual(["k3"]);
      const [first] = pending;
      expect(await store.findDeletion(first?.id ?? "")).toEqual(first);
      await store.removeDeletion(first?.id ?? "");
      await store.removeDeletion(first?.id ?? "");
      expect(await store.findDeletion(first?.id ?? "")).toBeUndefined();
    });

    it("keeps members with their image, written together or not at all", async () => {
      const store = await make();
      const image = await created(store, { visibility: "shared" });
      const member = (member_id: string, status: MemberStatus = "pending"): Member => ({
        image_id: image.id,
        member_id,
        status,
        created_at: image.created_at,
        updated_at: image.created_at,
      });
      const added = [member("alt"), member("a/b#c")].map((after) => ({ before: undefined, after }));
      const { image: shared } = await store.commit({
        image: { before: image, after: { ...image, member_count: 2 } },
        members: added,
      });
      expect(shared.member_count).toBe(2);
      expect(await store.members(image.id)).toEqual([member("a/b#c"), member("alt")]);
      expect(await store.findMember(image.id, "alt")).toEqual(member("alt"));
      expect(await store.findMember(image.id, "al")).toBeUndefined();

      const late = store.commit({
        image: { before: image, after: image },
        members: [{ before: undefined, after: member("late") }],
      });
      await expect(late).rejects.toBeInstanceOf(RevisionConflict);
      expect(await store.findMember(image.id, "late")).toBeUndefined();

      const accepted = await store.commit({
        image: { before: shared, after: shared },
        members: [{ before: member("alt"), after: member("alt", "accepted") }],
      });
      const withMe = (status: MemberStatus | "all") =>
        listed(store, { scopes: [{ kind: "member", project: "alt", status }] });
      expect(await withMe("accepted")).toEqual([image.id]);
      expect(await withMe("pending")).toEqual([]);
      expect(await withMe("all")).toEqual([image.id]);

      await store.commit({
        image: { before: accepted.image, after: { ...accepted.image, member_count: 1 } },
        members: [{ before: member("alt", "accepted"), after: undefined }],
      });
      expect(await withMe("all")).toEqual([]);
      expect(await store.members(image.id)).toEqual([member("a/b#c")]);
    });

    describe("lists", () => {
      it("show an image the moment it is created, and not any more when it is deleted", async () => {
        const store = await make();
        const image = await created(store);
        expect(await listed(store)).toEqual([image.id]);
        await changed(store, image, { status: "deleted" });
        expect(await listed(store)).toEqual([]);
        expect((await store.find(image.id))?.status).toBe("deleted");
      });

      it("go by time in both directions, page after page", async () => {
        const store = await make();
        const images: Image[] = [];
        for (let n = 0; n < 10; n++) images.push(await created(store));
        const ids = images.map(({ id }) => id);
        expect(await listed(store, { direction: "asc" })).toEqual(ids);
        expect(await listed(store)).toEqual(ids.toReversed());
        for (const [n, after] of images.entries()) {
          expect(await listed(store, { direction: "asc", after })).toEqual(ids.slice(n + 1));
          expect(await listed(store, { after })).toEqual(ids.slice(0, n).toReversed());
        }
      });

      it("go by name, equal names by time", async () => {
        const store = await make();
        const [b1, a, b2, none] = [
          await created(store, { name: "b" }),
          await created(store, { name: "a" }),
          await created(store, { name: "b" }),
          await created(store),
        ].map(({ id }) => id);
        expect(await listed(store, { sortKey: "name", direction: "asc" })).toEqual([none, a, b1, b2]);
        expect(await listed(store, { sortKey: "name", direction: "desc" })).toEqual([b2, b1, a, none]);
      });

      it("follow a rename, a change of visibility and a change of owner", async () => {
        const store = await make();
        const image = await created(store, { name: "old", visibility: "private" });
        const renamed = await changed(store, image, { name: "new", visibility: "public" });
        expect(await listed(store, { name: "old" })).toEqual([]);
        expect(await listed(store, { name: "new" })).toEqual([image.id]);
        expect(await listed(store, { scopes: [{ kind: "public" }] })).toEqual([image.id]);
        await changed(store, renamed, { visibility: "community", owner: "alt" });
        expect(await listed(store, { scopes: [{ kind: "public" }] })).toEqual([]);
        expect(await listed(store, { scopes: [{ kind: "community" }] })).toEqual([image.id]);
        expect(await listed(store, { scopes: [{ kind: "owner", project: "alt" }] })).toEqual([image.id]);
        expect(await listed(store)).toEqual([]);
        expect(await listed(store, { scopes: [{ kind: "everything" }] })).toEqual([image.id]);
      });

      it("show an image of several scopes once, in order", async () => {
        const store = await make();
        const ids = [
          (await created(store, { visibility: "public" })).id,
          (await created(store, { visibility: "public", owner: "alt" })).id,
          (await created(store)).id,
        ];
        await created(store, { owner: "alt" });
        const scopes = [{ kind: "owner", project: "demo" } as const, { kind: "public" } as const];
        expect(await listed(store, { scopes, direction: "asc" })).toEqual(ids);
      });

      it("find one name among others, behind a marker of any name", async () => {
        const store = await make();
        const long = "\u{1F600}".repeat(255);
        const first = await created(store, { name: long });
        const other = await created(store, { name: "x" });
        const later = await created(store, { name: long });
        expect(await listed(store, { name: long })).toEqual([later.id, first.id]);
        expect(await listed(store, { name: long, after: other })).toEqual([first.id]);
        expect(await listed(store, { name: long, after: later })).toEqual([first.id]);
        expect(await listed(store, { name: "xx" })).toEqual([]);
      });
    });
  });
}
