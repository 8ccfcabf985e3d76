import { describe, expect, it } from "vitest";
import type { Member, MemberStatus } from "../../../shared/images/domain/member.ts";
import {
  type ImageLists,
  type ImageStore,
  RevisionConflict,
} from "../../../shared/images/ports/image-store.ts";
import type { MemberStore } from "../../../shared/images/ports/member-store.ts";
import { created, listed } from "./some-images.ts";

/** What every member store must do beside the image store and lists of the same state; `make` gives an empty one. */
export function memberStoreContract(
  name: string,
  make: () => Promise<ImageStore & ImageLists & MemberStore>,
) {
  describe(`member store: ${name}`, () => {
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
      const added = [member("alt"), member("a/b#c")].map(
        (after) => ({ kind: "member", before: undefined, after }) as const,
      );
      const { image: shared } = await store.commit({
        image: { before: image, after: { ...image, member_count: 2 } },
        writes: added,
      });
      expect(shared.member_count).toBe(2);
      expect(await store.members(image.id)).toEqual([member("a/b#c"), member("alt")]);
      expect(await store.findMember(image.id, "alt")).toEqual(member("alt"));
      expect(await store.findMember(image.id, "al")).toBeUndefined();

      const late = store.commit({
        image: { before: image, after: image },
        writes: [{ kind: "member", before: undefined, after: member("late") }],
      });
      await expect(late).rejects.toBeInstanceOf(RevisionConflict);
      expect(await store.findMember(image.id, "late")).toBeUndefined();

      const accepted = await store.commit({
        image: { before: shared, after: shared },
        writes: [{ kind: "member", before: member("alt"), after: member("alt", "accepted") }],
      });
      const withMe = (status: MemberStatus | "all") =>
        listed(store, { scopes: [{ kind: "member", project: "alt", status }] });
      expect(await withMe("accepted")).toEqual([image.id]);
      expect(await withMe("pending")).toEqual([]);
      expect(await withMe("all")).toEqual([image.id]);

      await store.commit({
        image: { before: accepted.image, after: { ...accepted.image, member_count: 1 } },
        writes: [{ kind: "member", before: member("alt", "accepted"), after: undefined }],
      });
      expect(await withMe("all")).toEqual([]);
      expect(await store.members(image.id)).toEqual([member("a/b#c")]);
    });
  });
}
