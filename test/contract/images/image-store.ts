import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Image } from "../../../shared/images/domain/image.ts";
import type { MemberStatus } from "../../../shared/images/domain/member.ts";
import type { ImageRecords } from "../../../shared/images/ports/image-records.ts";
import {
  ImageIdTaken,
  type ImageLists,
  type ListScope,
  RevisionConflict,
} from "../../../shared/images/ports/image-store.ts";
import { created, listed } from "./some-images.ts";

type ListedStore = ImageRecords & ImageLists;

/** What every image store must do; `make` gives an empty one. */
export function imageStoreContract(name: string, make: () => Promise<ListedStore>) {
  const changed = (store: ListedStore, before: Image, attributes: Partial<Image>) =>
    store.commit({ image: { before, after: { ...before, ...attributes } } }).then(({ image }) => image);

  describe(`image store: ${name}`, () => {
    it.each([200, 1020, 2040, 2048, 9000])("finds nothing by ids of %i characters", async (length) => {
      const store = await make();
      const { id } = await created(store);
      for (const long of [
        "x".repeat(length),
        "\u00e4".repeat(length / 2),
        `\u0000${"/".repeat(length - 1)}`,
      ]) {
        expect(await store.find(long)).toBeUndefined();
        expect(await store.findMember(id, long)).toBeUndefined();
        expect(await store.findMember(long, long)).toBeUndefined();
        expect((await store.findWithTransfer(id, long)).image?.id).toBe(id);
        expect((await store.findWithTransfer(id, long)).transfer).toBeUndefined();
        expect(await store.findWithTransfer(long, long)).toEqual({ image: undefined, transfer: undefined });
      }
    });

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

    it("keeps properties with names that objects have by themselves", async () => {
      const store = await make();
      const names = ["constructor", "toString", "valueOf", "hasOwnProperty", "then", "M", "S"];
      const properties = Object.fromEntries(names.map((name) => [name, "x"]));
      const image = await created(store, { properties });
      expect((await store.find(image.id))?.properties).toEqual(properties);
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
        expect(await listed(store, { names: ["old"] })).toEqual([]);
        expect(await listed(store, { names: ["new"] })).toEqual([image.id]);
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

      it("find one name among others, after a marker of any name", async () => {
        const store = await make();
        const long = "\u{1F600}".repeat(255);
        const first = await created(store, { name: long });
        const other = await created(store, { name: "x" });
        const later = await created(store, { name: long });
        expect(await listed(store, { names: [long] })).toEqual([later.id, first.id]);
        expect(await listed(store, { names: [long], after: other })).toEqual([first.id]);
        expect(await listed(store, { names: [long], after: later })).toEqual([first.id]);
        expect(await listed(store, { names: ["xx"] })).toEqual([]);
      });

      it("go by names that are missing, empty, long or odd as by any other", async () => {
        const store = await make();
        const start = "\u{1F600}".repeat(244);
        const names = [
          null,
          "",
          "\u0000",
          "\u0000b",
          "\u0001",
          "a",
          "a\u0000",
          "a\u0001",
          "a\uff21",
          "a\u{1F600}",
        ];
        const long = ["\u0001", "a", "\uff21", "\u{1F600}", "\u{1F600}a"].map((end) => `${start}${end}`);
        const ids: string[] = [];
        for (const name of [...names, ...long].toReversed()) ids.unshift((await created(store, { name })).id);
        const byName = { sortKey: "name", direction: "asc" } as const;
        expect(await listed(store, byName)).toEqual(ids);
        expect(await listed(store, { ...byName, direction: "desc" })).toEqual(ids.toReversed());
        for (const [n, id] of ids.entries()) {
          const after = (await store.find(id)) as Image;
          expect(await listed(store, { ...byName, after })).toEqual(ids.slice(n + 1));
          if (after.name !== null) expect(await listed(store, { names: [after.name] })).toEqual([id]);
        }
      });

      it("find several names in either order, after a marker of any name", async () => {
        const store = await make();
        const images: Image[] = [];
        for (const name of ["b", "x", "a", "b", "a"]) images.push(await created(store, { name }));
        const [b1 = "", , a1 = "", b2 = "", a2 = ""] = images.map(({ id }) => id);
        const names = ["b", "a", "none"];
        expect(await listed(store, { names })).toEqual([a2, b2, a1, b1]);
        const byName = { names, sortKey: "name", direction: "asc" } as const;
        expect(await listed(store, byName)).toEqual([a1, a2, b1, b2]);
        const startingAfter = (n: number) => ({ after: images[n] as Image });
        expect(await listed(store, { names, ...startingAfter(1) })).toEqual([b1]);
        expect(await listed(store, { ...byName, ...startingAfter(4) })).toEqual([b1, b2]);
        expect(await listed(store, { ...byName, ...startingAfter(1) })).toEqual([]);
        expect(await listed(store, { ...byName, direction: "desc", ...startingAfter(1) })).toEqual([
          b2,
          b1,
          a2,
          a1,
        ]);
      });

      it("start with the ties of a marker where that is asked", async () => {
        const store = await make();
        const at = "2026-03-01T00:00:00.000Z";
        const first = await created(store, { name: "a" });
        const ties = [
          await created(store, { name: "b", created_at: at }),
          await created(store, { name: "b", created_at: at }),
          await created(store, { name: "b", created_at: at }),
        ];
        const last = await created(store, { name: "c", created_at: "2026-03-02T00:00:00.000Z" });
        const [, after] = ties;
        if (!after) throw new Error("no marker");
        const tied = ties.map(({ id }) => id).sort();
        for (const sortKey of ["created_at", "name"] as const) {
          const listing = { sortKey, after, withTies: true };
          expect(await listed(store, { ...listing, direction: "asc" })).toEqual([...tied, last.id]);
          expect(await listed(store, listing)).toEqual([...tied.toReversed(), first.id]);
        }
        const named = { names: ["b", "c"], after, withTies: true };
        expect(await listed(store, { ...named, direction: "asc" })).toEqual([...tied, last.id]);
        expect(await listed(store, { ...named, sortKey: "name" })).toEqual(tied.toReversed());
      });

      it("find images by id within their scopes only", async () => {
        const store = await make();
        const [own, other, open, gone] = [
          await created(store, { name: "a" }),
          await created(store, { owner: "alt" }),
          await created(store, { owner: "alt", visibility: "public", name: "b" }),
          await created(store),
        ];
        await changed(store, gone, { status: "deleted" });
        const ids = [other, own, open, gone, own]
          .map(({ id }) => id)
          .concat(randomUUID(), "x", "y".repeat(3000));
        const scopes = [{ kind: "owner", project: "demo" } as const, { kind: "public" } as const];
        expect(await listed(store, { scopes, ids })).toEqual([open.id, own.id]);
        expect(await listed(store, { scopes, ids, sortKey: "name", direction: "asc" })).toEqual([
          own.id,
          open.id,
        ]);
        expect(await listed(store, { scopes, ids, after: open })).toEqual([own.id]);
        expect(await listed(store, { scopes, ids, names: ["b"] })).toEqual([open.id]);
        expect(await listed(store, { ids })).toEqual([own.id]);
      });

      it("show what is shared with a project in every order, as long as it is shared", async () => {
        const store = await make();
        const sharedWith = async (image: Image, status: MemberStatus) => {
          const { id: image_id, created_at } = image;
          const member = { image_id, member_id: "me", status, created_at, updated_at: created_at };
          const change = { before: image, after: { ...image, member_count: 1 } };
          return (
            await store.commit({
              image: change,
              writes: [{ kind: "member", before: undefined, after: member }],
            })
          ).image;
        };
        const theirs = (name: string) => created(store, { owner: "alt", name });
        const c = await sharedWith(await theirs("c"), "accepted");
        const a = await sharedWith(await theirs("a"), "accepted");
        const pending = await sharedWith(await theirs("b"), "pending");
        const hidden = await sharedWith(await theirs("b"), "accepted");
        const gone = await sharedWith(await theirs("b"), "accepted");
        const mine = await created(store, { owner: "me", name: "b" });
        await changed(store, hidden, { visibility: "private" });
        await changed(store, gone, { status: "deleted" });

        const of = (status: MemberStatus | "all"): ListScope[] => [
          { kind: "owner", project: "me" },
          { kind: "member", project: "me", status },
        ];
        const scopes = of("accepted");
        expect(await listed(store, { scopes })).toEqual([mine.id, a.id, c.id]);
        const byName = { scopes, sortKey: "name", direction: "asc" } as const;
        expect(await listed(store, byName)).toEqual([a.id, mine.id, c.id]);
        expect(await listed(store, { ...byName, after: a })).toEqual([mine.id, c.id]);
        expect(await listed(store, { ...byName, direction: "desc", after: mine })).toEqual([a.id]);
        expect(await listed(store, { ...byName, names: ["c", "b"] })).toEqual([mine.id, c.id]);
        expect(await listed(store, { scopes, names: ["c", "b"] })).toEqual([mine.id, c.id]);
        const ids = [c, a, pending, hidden, gone, mine].map(({ id }) => id);
        expect(await listed(store, { scopes, ids })).toEqual([mine.id, a.id, c.id]);
        expect(await listed(store, { scopes: of("pending"), ids })).toEqual([mine.id, pending.id]);
        const all = [mine.id, pending.id, a.id, c.id];
        expect(await listed(store, { scopes: of("all"), ids })).toEqual(all);
        expect(await listed(store, { scopes: of("all") })).toEqual(all);
      });
    });
  });
}
