import { describe, expect, test } from "vitest";
import type { Image } from "../../../../shared/images/domain/image.ts";
import { statuses } from "../../../../shared/images/domain/status.ts";
import { deactivateImage, reactivateImage } from "../../../../shared/images/operations/deactivate-image.ts";
import { alt, demo, memoryService } from "../../../fakes/images/service.ts";

const admin = { ...alt, roles: ["admin", "member", "reader"] };
const refused = (status: number) => expect.objectContaining({ status });

/** An image that has come to a state whichever way. */
async function imageIn(attributes: Partial<Image>) {
  const { ports, queuedImage, metadata } = memoryService();
  const before = await queuedImage();
  const { image } = await ports.images.commit({ image: { before, after: { ...before, ...attributes } } });
  metadata.outboxEntries.clear();
  return {
    deactivate: (caller = demo) => deactivateImage(ports)(caller, image.id),
    reactivate: (caller = demo) => reactivateImage(ports)(caller, image.id),
    current: async () => (await ports.images.find(image.id)) ?? expect.fail(),
    before: image,
    outbox: metadata.outboxEntries,
  };
}

describe("deactivation", () => {
  test("and back: each is one change and one notification, a repetition none", async () => {
    const { deactivate, reactivate, current, before, outbox } = await imageIn({ status: "active" });
    await deactivate();
    const off = await current();
    expect(off).toMatchObject({ status: "deactivated", revision: before.revision + 1 });
    expect(off.updated_at > before.updated_at).toBe(true);
    await deactivate();
    expect(await current()).toEqual(off);
    await reactivate();
    await reactivate();
    expect(await current()).toMatchObject({ status: "active", revision: before.revision + 2 });
    expect(
      [...outbox.values()].map(({ event_type, payload }) => [
        event_type,
        (payload as Record<string, unknown>).status,
      ]),
    ).toEqual([
      ["image.update", "deactivated"],
      ["image.update", "active"],
    ]);
  });

  const others = statuses.filter(
    (status) => !["active", "deactivated", "deleted", "pending_delete"].includes(status),
  );
  test.each(others)("of an image that is %s is 403, as is the way back", async (status) => {
    const { deactivate, reactivate, current } = await imageIn({ status });
    await expect(deactivate()).rejects.toThrow(refused(403));
    await expect(reactivate()).rejects.toThrow(refused(403));
    expect((await current()).status).toBe(status);
  });

  test.each(["deleted", "pending_delete"] as const)("of one that is %s is 404", async (status) => {
    await expect((await imageIn({ status })).deactivate()).rejects.toThrow(refused(404));
  });

  test("is for the owner's members and admins: 404 for who does not see the image, 403 for who does", async () => {
    const hidden = await imageIn({ status: "active" });
    await expect(hidden.deactivate(alt)).rejects.toThrow(refused(404));
    await expect(hidden.deactivate({ ...demo, roles: ["reader"] })).rejects.toThrow(refused(403));
    const open = await imageIn({ status: "active", visibility: "public" });
    await expect(open.deactivate(alt)).rejects.toThrow(refused(403));
    await open.deactivate(admin);
    expect((await open.current()).status).toBe("deactivated");
  });

  test("by verification is undone by an admin alone", async () => {
    const integrity = { mismatch: "the stored data has another sha512" };
    const { reactivate, current } = await imageIn({ status: "deactivated", integrity });
    await expect(reactivate()).rejects.toThrow(refused(403));
    await reactivate(admin);
    expect(await current()).toMatchObject({ status: "active", integrity });
  });

  test("of an image in quarantine is an admin's, and ends the quarantine", async () => {
    const quarantined = { at: "2026-01-01", reason: "object-missing", evidence: {} } as const;
    const integrity = { verified_at: "2025-01-01", quarantined };
    const { reactivate, current } = await imageIn({ status: "deactivated", integrity });
    await expect(reactivate()).rejects.toThrow("in quarantine since 2026-01-01");
    await reactivate(admin);
    expect(await current()).toMatchObject({ status: "active" });
    expect((await current()).integrity).toEqual({ verified_at: "2025-01-01" });
  });
});
