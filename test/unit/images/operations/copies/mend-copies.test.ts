import { describe, expect, it } from "vitest";
import { deactivateImage } from "../../../../../shared/images/operations/deactivate-image.ts";
import { copyingService } from "../../../../fakes/images/copying-service.ts";
import { admin } from "../../../../fakes/images/service.ts";

const data = Buffer.from("the data of an image");
type Service = ReturnType<typeof copyingService>;

describe("a copy that is not equal to what is recorded", () => {
  const flip = (service: Service, store: string, id: string) => {
    const place = service.imageOf(id).locations.find((each) => each.store === store);
    service.bytesOf(store).objects.set(place?.key ?? "", Buffer.from("The data of an image"));
  };

  it("is never a place; its source is read, and the only one is put into quarantine", async () => {
    const service = copyingService();
    const { id } = await service.active(data);
    flip(service, "fast", id);
    expect(await service.attend(id)).toBe("source damaged");
    expect(service.imageOf(id)).toMatchObject({
      status: "deactivated",
      integrity: { quarantined: { reason: "hash-mismatch" } },
    });
    expect(service.imageOf(id).locations).toHaveLength(1);
    expect(await service.leftovers()).toEqual([]);
    expect(await service.attend(id)).toBe("nothing to do");
  });

  it("stays in the hands of the run that reads its source", async () => {
    const service = copyingService();
    const { id } = await service.active(data);
    flip(service, "fast", id);
    const { store } = service.bytesOf("fast");
    const held: string[] = [];
    let others: Promise<string>[] = [];
    const stores = service.withStore("fast", {
      read: async (...given: Parameters<typeof store.read>) => {
        const [copy] = [...service.metadata.transfers.values()].filter(({ copy }) => copy?.suspected);
        if (copy) {
          held.push(copy.hold?.until ?? "", copy.expires_at);
          others = [...others, service.attend(id)];
          await others.at(-1);
        }
        return store.read(...given);
      },
    });
    expect(await service.attend(id, { hasTime: () => false })).toBe("continues");
    service.pass(3600);
    const now = service.ports.clock().getTime();
    expect(await service.attend(id, { others: { stores } })).toBe("source damaged");
    const [heldUntil = "", livesUntil = ""] = held;
    expect(Date.parse(heldUntil)).toBeGreaterThanOrEqual(now + 5 * 60_000);
    expect(Date.parse(livesUntil)).toBeGreaterThanOrEqual(now + 86_400_000);
    expect(await Promise.all(others)).toEqual(["in other hands"]);
  });

  it("is a finding of its store when its source is right, and is made again after a day", async () => {
    const service = copyingService();
    const { id } = await service.active(data);
    const { store } = service.bytesOf("cheap");
    const stores = service.withStore("cheap", {
      copyPart: async (...[, { key, uploadId, number }, { length }]: Parameters<typeof store.copyPart>) => {
        await store.sendPart(key, uploadId, number, Buffer.alloc(length));
        return true;
      },
    });
    const found = async () => (await service.audit.findings.list({ limit: 10 })).findings;
    const finding = {
      kind: "copy-unequal",
      subject: `cheap/${id}`,
      image_id: id,
      evidence: { store: "cheap" },
    };
    expect(await service.attend(id, { others: { stores } })).toBe("not equal");
    expect(service.imageOf(id)).toMatchObject({ status: "active", integrity: {} });
    expect(await service.leftovers()).toEqual([]);
    expect(await found()).toMatchObject([{ ...finding, state: "open" }]);
    expect(await service.attend(id, { others: { stores } })).toBe("waits");
    service.pass(86_400);
    expect(await service.attend(id, { others: { stores } })).toBe("not equal");
    expect(await service.attend(id)).toBe("waits");
    expect(await found()).toMatchObject([{ ...finding, state: "open", times_seen: 2 }]);
    service.pass(86_400);
    expect(await service.attend(id)).toBe("copied");
    expect(await found()).toMatchObject([{ ...finding, state: "mended" }]);
  });
});

describe("a damaged copy", () => {
  it("gives way to one of a good one, is deleted, and its finding says by what it was mended", async () => {
    const service = copyingService();
    const { id } = await service.active(data);
    await service.attend(id);
    const [, before] = service.imageOf(id).locations;
    await service.damage(id, "cheap");
    expect(await service.attend(id)).toBe("mended");
    const { locations } = service.imageOf(id);
    expect(locations.map(({ store, damaged }) => [store, damaged])).toEqual([
      ["fast", undefined],
      ["cheap", undefined],
    ]);
    expect(locations[1]?.key).not.toBe(before?.key);
    expect(service.dataIn("cheap", id)).toEqual([data.toString()]);
    expect(await service.leftovers()).toEqual([]);
    expect([...service.bytesOf("cheap").kept.keys()]).toEqual([before?.key]);
    const { findings } = await service.audit.findings.list({ limit: 10 });
    expect(findings).toMatchObject([
      { kind: "copy-hash-mismatch", state: "mended", image_id: id, evidence: { store: "cheap" } },
    ]);
    expect(findings[0]?.evidence.mended_by).toContain("a copy of the bytes in fast");
  });

  it("is mended where no setting asks for copies, and while the image is deactivated", async () => {
    const service = copyingService();
    const { id } = await service.active(data);
    await service.attend(id);
    await service.damage(id, "fast", "object-missing");
    await deactivateImage(service.ports)(admin, id);
    expect(await service.attend(id, { others: { settings: { copies: "" } } })).toBe("mended");
    expect(service.dataIn("fast", id)).toEqual([data.toString()]);
    expect(await service.leftovers()).toEqual([]);
  });

  it.each([
    ["read-only", "old"],
    ["not named any more", "s3"],
  ])("stays in a store that is %s, where nothing is written", async (_, store) => {
    const service = copyingService({ copies: "" });
    const { id, locations } = await service.active(data);
    const [first] = locations;
    if (!first) throw new Error("no place");
    await service.bytesOf(store).store.put(first.key, data);
    await service.change(id, { locations: [first, { ...first, store }] });
    await service.damage(id, store);
    expect(await service.attend(id)).toBe("nothing to do");
    expect(service.imageOf(id).locations.map((place) => place.store)).toEqual(["fast", store]);
    expect(service.bytesOf(store).uploads.size).toBe(0);
    expect(await service.leftovers()).toEqual([]);
    await service.damage(id, "fast");
    expect(await service.attend(id)).toBe("nothing to do");
  });

  it("stays beside a restored table, as copies under way do, which may be in use by now", async () => {
    const service = copyingService({ copies: "fast:1,cheap:1" });
    const [mended, begun] = [await service.active(data), await service.active(data)];
    await service.attend(mended.id);
    await service.damage(mended.id, "cheap");
    await service.attend(begun.id, { hasTime: () => false });
    // Nothing lacks any more: the copy under way would be ended.
    await service.change(begun.id, { properties: { os_glance_copies: "" } });
    const beat = (of: typeof service.table, count: number) =>
      of.set({ table: "table-1", beat: count, version: `${count}` });
    beat(service.bucket, 7);
    beat(service.table, 3);
    for (const { id } of [mended, begun]) expect(await service.attend(id)).toBe("waits");
    expect([service.metadata.deletions.size, service.imageOf(mended.id).locations[1]?.damaged]).toEqual([
      0,
      expect.anything(),
    ]);
    expect(service.bytesOf("cheap").uploads.size).toBe(1);
    beat(service.table, 7);
    expect(await service.attend(mended.id)).toBe("mended");
    expect(await service.attend(begun.id)).toBe("nothing to do");
    expect(await service.leftovers()).toEqual([]);
  });

  it("stays when there is no good one", async () => {
    const service = copyingService();
    const { id } = await service.active(data);
    await service.attend(id);
    for (const store of ["fast", "cheap"]) await service.damage(id, store);
    expect(await service.attend(id)).toBe("nothing to do");
    expect(service.imageOf(id).locations).toHaveLength(2);
  });
});
