import { describe, expect, it } from "vitest";
import { deleteImage } from "../../../shared/images/operations/delete-image.ts";
import { demo } from "../../fakes/images/service.ts";
import { theStore } from "../../fakes/images/the-store.ts";
import { audited, damages } from "./audited-service.ts";

describe("the deep auditor", () => {
  it("finds nothing in a clean catalogue, and records when each image was read", async () => {
    const service = audited();
    const made = await Promise.all([service.image(), service.image(), service.image()]);
    await service.queuedImage();
    const result = await service.audit({ now: true });
    expect(result).toMatchObject({ examined: 3, acted: 0, failed: 0 });
    expect((await service.ports.findings.list({ limit: 10 })).findings).toEqual([]);
    for (const { id } of made) {
      const { integrity, status, updated_at } = await service.find(id);
      expect(status).toBe("active");
      expect(integrity).toMatchObject({ audited_at: expect.any(String), audited_how: "read" });
      expect(integrity.audited_at && integrity.audited_at > updated_at).toBe(true);
    }
  });

  it.each(Object.keys(damages))("quarantines an image with %s in one pass, and goes on", async (kind) => {
    const service = audited();
    const [before, damaged, after] = [await service.image(), await service.image(), await service.image()];
    damages[kind]?.(service, damaged.key);
    const result = await service.audit({ now: true });
    expect(result).toMatchObject({ examined: 3, acted: 1, failed: 0 });
    expect(result.lines).toContainEqual(
      expect.objectContaining({ decision: "quarantine image", why: kind, result: "done" }),
    );
    expect(result.lines).toContainEqual(expect.objectContaining({ decision: "findings", count: 1 }));
    const image = await service.find(damaged.id);
    expect(image.status).toBe("deactivated");
    expect(image.integrity.quarantined).toMatchObject({ reason: kind, evidence: { key: damaged.key } });
    const { findings } = await service.ports.findings.list({ limit: 10 });
    expect(findings).toMatchObject([
      { kind, image_id: damaged.id, object_key: damaged.key, state: "quarantined", times_seen: 1 },
    ]);
    for (const { id } of [before, after]) expect((await service.find(id)).status).toBe("active");
    // Found again it is no news, and the record stays one.
    expect(await service.audit({ now: true })).toMatchObject({ examined: 3, acted: 0 });
    expect((await service.ports.findings.list({ limit: 10 })).findings).toMatchObject([{ times_seen: 2 }]);
  });

  it("changes no status of an image that is deactivated already, but keeps it from coming back", async () => {
    const service = audited();
    const { id, key } = await service.image();
    const image = await service.find(id);
    await service.ports.images.commit({
      image: { before: image, after: { ...image, status: "deactivated" } },
    });
    damages["object-missing"]?.(service, key);
    await service.audit({ now: true });
    expect(await service.find(id)).toMatchObject({
      status: "deactivated",
      integrity: { quarantined: { reason: "object-missing" } },
    });
  });

  it("leaves alone an image that is deleted while it is read", async () => {
    const service = audited();
    const { id } = await service.image();
    const blobs = service.ports.stores.of({ store: "s3" });
    const { read } = blobs;
    const racing = {
      ...service.ports,
      stores: theStore({
        ...blobs,
        read: async (key: string, offset: number, length: number) => {
          await deleteImage(service.ports)(demo, id);
          service.bytes.objects.delete(key);
          return read(key, offset, length);
        },
      }),
    };
    expect(await service.audit({ now: true }, racing)).toMatchObject({ examined: 1, acted: 0, failed: 0 });
    expect((await service.ports.findings.list({ limit: 10 })).findings).toEqual([]);
    expect((await service.find(id)).status).toBe("deleted");
  });

  it("ends the quarantine of bytes that are right again, and leaves the status to people", async () => {
    const service = audited();
    const { id, key } = await service.image();
    const bytes = service.bytes.objects.get(key) ?? Buffer.of();
    damages["object-missing"]?.(service, key);
    await service.audit({ now: true });
    service.bytes.objects.set(key, bytes);
    expect(await service.audit({ now: true })).toMatchObject({ acted: 1 });
    const image = await service.find(id);
    expect(image.status).toBe("deactivated");
    expect(image.integrity.quarantined).toBeUndefined();
    expect((await service.ports.findings.list({ limit: 10 })).findings).toMatchObject([{ state: "mended" }]);
  });

  it("finds nothing wrong with images of every kind that are as they should be", async () => {
    const service = audited();
    const empty = await service.image(0);
    const [deactivated, bare, sha256] = [await service.image(), await service.image(), await service.image()];
    const changes = [
      [deactivated, { status: "deactivated" }],
      [bare, { checksum: null, os_hash_algo: null, os_hash_value: null }],
      [sha256, { os_hash_algo: "sha256", os_hash_value: "0".repeat(64) }],
    ] as const;
    for (const [{ id }, change] of changes) {
      const before = await service.find(id);
      await service.ports.images.commit({ image: { before, after: { ...before, ...change } } });
    }
    expect(await service.audit({ now: true })).toMatchObject({ examined: 4, acted: 0, failed: 0 });
    expect((await service.ports.findings.list({ limit: 10 })).findings).toEqual([]);
    for (const { id } of [empty, deactivated, bare, sha256])
      expect((await service.find(id)).integrity.audited_at).toBeDefined();
  });

  it.each(["head", "read"] as const)(
    "goes on past an object that cannot be read, and counts it: %s",
    async (call) => {
      const service = audited();
      const [bad, good] = [await service.image(), await service.image()];
      const blobs = service.ports.stores.of({ store: "s3" });
      const refusing = async (key: string) => {
        if (key === bad.key) throw new Error("denied");
      };
      const denied = {
        ...service.ports,
        stores: theStore({
          head: async (key: string) => {
            if (call === "head") await refusing(key);
            return blobs.head(key);
          },
          read: async (key: string, offset: number, length: number) => {
            if (call === "read") await refusing(key);
            return blobs.read(key, offset, length);
          },
        }),
      };
      expect(await service.audit({ now: true }, denied)).toMatchObject({ examined: 2, acted: 0, failed: 1 });
      expect((await service.find(bad.id)).status).toBe("active");
      expect((await service.find(bad.id)).integrity.audited_at).toBeUndefined();
      expect((await service.find(good.id)).integrity.audited_at).toBeDefined();
      // What failed is looked at again by the next pass.
      expect(await service.audit({ now: true })).toMatchObject({ failed: 0 });
      expect((await service.find(bad.id)).integrity.audited_at).toBeDefined();
    },
  );

  it("in a dry run says all and changes nothing", async () => {
    const service = audited();
    const { id, key } = await service.image();
    damages["size-mismatch"]?.(service, key);
    const before = await service.find(id);
    expect(await service.audit({ now: true, dryRun: true })).toMatchObject({ acted: 0, wouldAct: 1 });
    expect(await service.find(id)).toEqual(before);
    expect((await service.ports.findings.list({ limit: 10 })).findings).toEqual([]);
    expect(await service.ports.checkpoints.find("auditor-deep")).toBeUndefined();
  });

  it("stops itself when one pass takes too many images out of use, and goes on when it is released", async () => {
    const service = audited({ audit_quarantine_max: 2 });
    for (let n = 0; n < 5; n++) damages["object-missing"]?.(service, (await service.image()).key);
    await expect(service.audit({ now: true })).rejects.toThrow("2 images were taken out of use");
    expect((await service.ports.findings.list({ limit: 10 })).findings).toHaveLength(2);
    await expect(service.audit()).rejects.toThrow("2 images were taken out of use");
    expect(await service.audit()).toMatchObject({ acted: 1 });
  });
});
