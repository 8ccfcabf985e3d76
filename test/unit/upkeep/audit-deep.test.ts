import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { deleteImage } from "../../../shared/images/operations/delete-image.ts";
import { RANGE_BYTES } from "../../../shared/images/operations/transfers/examine-stored.ts";
import { CheckpointMoved } from "../../../shared/upkeep/ports/checkpoints.ts";
import { type FaultPoint, faulty } from "../../fakes/faulty.ts";
import { demo } from "../../fakes/images/service.ts";
import { audited, damages } from "./audited-service.ts";

const MiB = 1024 ** 2;
const DAY = 86_400;

/** True for the first questions. */
const times = (count: number) => {
  let asked = 0;
  return () => asked++ < count;
};

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
    const [before, damaged, behind] = [await service.image(), await service.image(), await service.image()];
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
    for (const { id } of [before, behind]) expect((await service.find(id)).status).toBe("active");
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
    const { read } = service.ports.blobs;
    const racing = {
      ...service.ports,
      blobs: {
        ...service.ports.blobs,
        read: async (key: string, offset: number, length: number) => {
          await deleteImage(service.ports)(demo, id);
          service.bytes.objects.delete(key);
          return read(key, offset, length);
        },
      },
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
      const { blobs } = service.ports;
      const refusing = async (key: string) => {
        if (key === bad.key) throw new Error("denied");
      };
      const denied = {
        ...service.ports,
        blobs: {
          head: async (key: string) => {
            if (call === "head") await refusing(key);
            return blobs.head(key);
          },
          read: async (key: string, offset: number, length: number) => {
            if (call === "read") await refusing(key);
            return blobs.read(key, offset, length);
          },
        },
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

describe("the interval of audits", () => {
  it("is kept for each image, and what was read lately is not read again", async () => {
    const service = audited({ audit_deep_interval: 8 * DAY });
    const { id } = await service.image();
    const looks: number[] = [];
    let last = (await service.find(id)).integrity.verified_at ?? "";
    for (let hour = 0; hour < 24 * 40; hour++) {
      service.pass(3600);
      await service.audit();
      const { audited_at = last } = (await service.find(id)).integrity;
      if (audited_at !== last) looks.push((Date.parse(audited_at) - Date.parse(last)) / 1000);
      last = audited_at;
    }
    expect(looks.length).toBeGreaterThanOrEqual(5);
    expect(Math.max(...looks)).toBeLessThanOrEqual(8 * DAY);
    expect(Math.min(...looks)).toBeGreaterThanOrEqual(6 * DAY);
  });

  it("counts from the arrival of bytes that nobody has verified", async () => {
    const service = audited();
    const { id } = await service.queuedImage();
    await (await service.uploaded(id, randomBytes(10), { partBytes: 10 })).complete();
    expect(await service.audit()).toMatchObject({ examined: 1 });
    expect(service.reads).toEqual([]);
    service.pass(5 * DAY);
    await service.audit();
    expect((await service.find(id)).integrity.audited_at).toBeDefined();
  });

  it("tells the oldest look that is left, and says when the rates are too low", async () => {
    const service = audited({ audit_deep_interval: 60 });
    const { id } = await service.image(8 * MiB);
    const { verified_at } = (await service.find(id)).integrity;
    const { oldest, lines } = await service.audit();
    expect(oldest).toBe(verified_at);
    expect(lines).toContainEqual(
      expect.objectContaining({
        decision: "interval not kept",
        why: "reading everything takes too long at these rates",
        evidence: expect.objectContaining({ objects: 1, bytes: 8 * MiB, seconds: 84 }),
      }),
    );
  });

  it("is kept below both rates at once", async () => {
    const service = audited({ audit_deep_objects_per_second: 2 });
    for (let n = 0; n < 10; n++) await service.image(10);
    let began = service.ports.clock().getTime();
    await service.audit({ now: true });
    expect(service.ports.clock().getTime() - began).toBeGreaterThan(4500);
    const large = audited();
    await large.image(3 * MiB);
    began = large.ports.clock().getTime();
    await large.audit({ now: true });
    expect(large.ports.clock().getTime() - began).toBeGreaterThan(20_000);
  });
});

describe("a deep audit that breaks off", () => {
  it("goes on at the byte, and reads each once", async () => {
    const service = audited();
    const { id } = await service.image(7 * MiB + 3);
    for (let runs = 0; !(await service.find(id)).integrity.audited_at && runs < 50; runs++)
      await service.audit({ now: true, hasTime: times(3) });
    expect((await service.find(id)).integrity.audited_at).toBeDefined();
    expect(service.reads.map(([, offset]) => offset / MiB)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it("killed in the middle of an object reads again what it had in hand, at most", async () => {
    const service = audited({ audit_deep_bytes_per_second: 1_000_000_000 });
    const { id, key } = await service.image(3 * RANGE_BYTES + 1);
    let isDown = false;
    const { blobs, checkpoints } = service.ports;
    const up = async () => {
      if (isDown) throw new Error("killed");
    };
    const killed = {
      ...service.ports,
      blobs: {
        head: async (name: string) => up().then(() => blobs.head(name)),
        read: async (name: string, offset: number, length: number) => {
          await up();
          isDown = offset === 2 * RANGE_BYTES;
          return blobs.read(name, offset, length);
        },
      },
      checkpoints: {
        find: checkpoints.find,
        save: async (...args: Parameters<typeof checkpoints.save>) =>
          up().then(() => checkpoints.save(...args)),
      },
    };
    await expect(service.audit({ now: true }, killed)).rejects.toThrow("killed");
    await service.audit();
    expect((await service.find(id)).integrity.audited_at).toBeDefined();
    const starts = service.reads.map(([, offset]) => offset / RANGE_BYTES);
    expect(service.reads.every(([name]) => name === key)).toBe(true);
    expect(new Set(starts)).toEqual(new Set([0, 1, 2, 3]));
    expect(starts.length).toBeLessThanOrEqual(4 + 2);
    expect(starts.filter((start) => start < 1)).toEqual([0]);
  });

  it("reads another object under the same key from its beginning", async () => {
    const service = audited();
    const { id, key } = await service.image(4 * MiB);
    const right = service.bytes.objects.get(key) ?? Buffer.of();
    service.bytes.objects.set(key, Buffer.alloc(right.length));
    await service.audit({ now: true, hasTime: times(3) });
    service.bytes.objects.set(key, right);
    await service.audit({ now: true });
    expect((await service.find(id)).status).toBe("active");
  });

  it("killed at any port call is continued, and finds everything", async () => {
    const prepared = async () => {
      const service = audited();
      const [good, damaged, mended] = [await service.image(), await service.image(), await service.image()];
      const bytes = service.bytes.objects.get(mended.key) ?? Buffer.of();
      damages["object-missing"]?.(service, mended.key);
      await service.audit({ now: true });
      service.bytes.objects.set(mended.key, bytes);
      damages["hash-mismatch"]?.(service, damaged.key);
      return { service, good, damaged, mended };
    };
    const whole = await prepared();
    const counting = faulty(whole.service.ports, undefined);
    await whole.service.audit({ now: true }, counting.ports);
    expect(counting.calls()).toBeGreaterThan(20);
    for (let call = 1; call <= counting.calls(); call++) {
      for (const moment of ["before", "after"] as const) {
        const point: FaultPoint = { call, moment };
        const { service, good, damaged, mended } = await prepared();
        const broken = faulty(service.ports, point).ports;
        await service.audit({ now: true }, broken).catch(() => undefined);
        await service.audit();
        await service.audit({ now: true });
        const say = JSON.stringify(point);
        expect((await service.find(good.id)).status, say).toBe("active");
        expect((await service.find(damaged.id)).status, say).toBe("deactivated");
        expect((await service.find(mended.id)).integrity.quarantined, say).toBeUndefined();
        const { findings } = await service.ports.findings.list({ limit: 10 });
        const states = Object.fromEntries(findings.map(({ subject, state }) => [subject, state]));
        expect(states, say).toEqual({ [damaged.id]: "quarantined", [mended.id]: "mended" });
      }
    }
  });

  it("does no harm beside another run at the same time", async () => {
    const service = audited();
    const images = [await service.image(3 * MiB), await service.image(), await service.image(3 * MiB)];
    damages["hash-mismatch"]?.(service, images[1]?.key ?? "");
    await service.audit({ now: true, hasTime: times(4) });
    const runs = await Promise.allSettled([service.audit(), service.audit()]);
    for (const run of runs) if (run.status === "rejected") expect(run.reason).toBeInstanceOf(CheckpointMoved);
    await service.audit();
    expect((await service.ports.findings.list({ limit: 10 })).findings).toHaveLength(1);
    for (const { id } of images) expect((await service.find(id)).integrity.audited_at).toBeDefined();
  });
});
