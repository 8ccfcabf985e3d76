import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { RANGE_BYTES } from "../../../shared/images/operations/transfers/examine-stored.ts";
import { CheckpointMoved } from "../../../shared/upkeep/ports/checkpoints.ts";
import { type FaultPoint, faulty } from "../../fakes/faulty.ts";
import { theStore } from "../../fakes/images/the-store.ts";
import { audited, damages } from "./audited-service.ts";

const MiB = 1024 ** 2;
const DAY = 86_400;

/** True for the first questions. */
const times = (count: number) => {
  let asked = 0;
  return () => asked++ < count;
};

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
    const { stores, checkpoints } = service.ports;
    const blobs = stores.of({ store: "s3" });
    const up = async () => {
      if (isDown) throw new Error("killed");
    };
    const killed = {
      ...service.ports,
      stores: theStore({
        head: async (name: string) => up().then(() => blobs.head(name)),
        read: async (name: string, offset: number, length: number) => {
          await up();
          isDown = offset === 2 * RANGE_BYTES;
          return blobs.read(name, offset, length);
        },
      }),
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
