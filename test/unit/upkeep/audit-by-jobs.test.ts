import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Settings } from "../../../shared/settings.ts";
import { auditByJobs, type JobAuditPorts } from "../../../shared/upkeep/operations/audit/audit-by-jobs.ts";
import { auditDeep } from "../../../shared/upkeep/operations/audit/audit-deep.ts";
import { CheckpointMoved } from "../../../shared/upkeep/ports/checkpoints.ts";
import { type FaultPoint, faulty } from "../../fakes/faulty.ts";
import { aRun } from "../../fakes/upkeep/job-run.ts";
import { memoryChecksumJobs } from "../../fakes/upkeep/memory-checksum-jobs.ts";
import { audited, damages } from "./audited-service.ts";

const DAY = 86_400;

/** A service whose store computes checksums, in jobs that end when the test says so. */
function withJobs(settings: Partial<Settings> = {}) {
  const service = audited({ audit_deep_engine: "s3-batch", ...settings });
  const store = memoryChecksumJobs(service.bytes.objects);
  const ports: JobAuditPorts = { ...service.ports, checksums: store.checksums };
  return {
    ...service,
    ports,
    store,
    audit: async (options: Parameters<typeof aRun>[0] = {}, faults = ports) => {
      const { run, lines } = aRun(options);
      await auditByJobs(faults)(run);
      return { ...run.tally.counts(), wouldAct: run.wouldAct, isUnfinished: run.isUnfinished, lines };
    },
    findings: async () => (await service.ports.findings.list({ limit: 100 })).findings,
  };
}

describe("the deep auditor with checksums of the store", () => {
  it("asks for those of all images that are due, waits, and records what is right without reading", async () => {
    const service = withJobs();
    const made = [await service.image(), await service.image()];
    await service.queuedImage();
    await service.audit({ now: true });
    expect(service.store.asked()).toEqual([made.map(({ key }) => key)]);
    const waiting = await service.audit();
    expect(waiting).toMatchObject({ examined: 0, isUnfinished: true, oldest: expect.any(String) });
    service.store.end();
    expect(await service.audit()).toMatchObject({ examined: 2, acted: 0, failed: 0 });
    for (const { id } of made) {
      const { integrity, status } = await service.find(id);
      expect(status).toBe("active");
      expect(integrity).toMatchObject({ audited_at: expect.any(String), audited_how: "s3-batch" });
    }
    expect(service.reads).toEqual([]);
    expect(await service.findings()).toEqual([]);
    // The pass is over: nothing is due, and no second job is asked for.
    await service.audit();
    expect(service.store.asked()).toHaveLength(1);
  });

  it("asks the store for nothing when no image is due, and ends its pass", async () => {
    const service = withJobs();
    await service.image();
    const { lines } = await service.audit();
    expect(service.store.asked()).toEqual([]);
    expect(lines).toContainEqual(expect.objectContaining({ decision: "end of pass" }));
  });

  it.each(Object.keys(damages))("reads what is not proved, and quarantines it: %s", async (kind) => {
    const service = withJobs();
    const [before, damaged, after] = [await service.image(), await service.image(), await service.image()];
    damages[kind]?.(service, damaged.key);
    await service.audit({ now: true });
    service.store.end();
    const result = await service.audit();
    expect(result).toMatchObject({ examined: 3, acted: 1, failed: 0 });
    expect(result.lines).toContainEqual(expect.objectContaining({ decision: "findings", count: 1 }));
    expect(await service.findings()).toMatchObject([{ kind, image_id: damaged.id, state: "quarantined" }]);
    expect((await service.find(damaged.id)).integrity).toMatchObject({
      audited_how: "read",
      quarantined: { reason: kind },
    });
    for (const { id } of [before, after]) expect((await service.find(id)).status).toBe("active");
  });

  it("takes no image out of use because of what the store says alone", async () => {
    const service = withJobs();
    const { id, key } = await service.image();
    await service.audit({ now: true });
    service.store.end();
    const wrong: JobAuditPorts = {
      ...service.ports,
      checksums: {
        ...service.store.checksums,
        report: async function* () {
          yield { key, checksum: createHash("sha512").update("else").digest("hex") };
          yield { key: "nobody's", checksum: "00" };
        },
      },
    };
    const { lines, acted } = await service.audit({}, wrong);
    expect(acted).toBe(0);
    expect(lines).toContainEqual(expect.objectContaining({ decision: "checksum not confirmed" }));
    expect(await service.find(id)).toMatchObject({ status: "active", integrity: { audited_how: "read" } });
    expect(service.reads).toEqual([[key, 0]]);
  });

  it("compares the checksum that was asked for, and reads where none is recorded", async () => {
    for (const [algorithm, missing] of [
      ["md5", { checksum: null }],
      ["sha512", { os_hash_value: null, os_hash_algo: null }],
    ] as const) {
      const service = withJobs({ audit_deep_checksum: algorithm });
      const [full, bare] = [await service.image(), await service.image()];
      const before = await service.find(bare.id);
      await service.ports.images.commit({ image: { before, after: { ...before, ...missing } } });
      await service.audit({ now: true });
      service.store.end();
      await service.audit();
      expect((await service.find(full.id)).integrity.audited_how).toBe("s3-batch");
      expect((await service.find(bare.id)).integrity.audited_how).toBe("read");
    }
  });

  it("reads what is in quarantine, and ends that when the bytes are right", async () => {
    const service = withJobs();
    const { id, key } = await service.image();
    const bytes = service.bytes.objects.get(key) ?? Buffer.of();
    damages["object-missing"]?.(service, key);
    await service.audit({ now: true });
    service.store.end();
    await service.audit();
    service.bytes.objects.set(key, bytes);
    await service.audit({ now: true });
    service.store.end();
    expect(await service.audit()).toMatchObject({ acted: 1 });
    expect((await service.find(id)).integrity.quarantined).toBeUndefined();
    expect(await service.findings()).toMatchObject([{ state: "mended" }]);
  });

  it("in a dry run asks for nothing and says for how much it would", async () => {
    const service = withJobs();
    await service.image();
    const { lines } = await service.audit({ now: true, dryRun: true });
    expect(lines).toContainEqual(
      expect.objectContaining({ evidence: { objects: 1, algorithm: "sha512" }, result: "dry run" }),
    );
    expect(service.store.asked()).toEqual([]);
    expect(await service.ports.checkpoints.find("auditor-deep")).toBeUndefined();
  });

  it("stops itself when a job fails or never ends; a release asks anew, for the same images", async () => {
    const service = withJobs();
    const { key } = await service.image();
    await service.audit({ now: true });
    service.store.end({ state: "failed", reason: "no right to read" });
    await expect(service.audit()).rejects.toThrow("no right to read");
    await service.audit();
    expect(service.store.asked()).toEqual([[key], [key]]);
    service.pass(8 * DAY);
    await expect(service.audit()).rejects.toThrow("not done after 7 days");
    await service.audit();
    service.store.end();
    expect(await service.audit()).toMatchObject({ examined: 1, failed: 0 });
  });

  it("stops itself when too many images go out of use, and goes on after them", async () => {
    const service = withJobs({ audit_quarantine_max: 2 });
    for (let n = 0; n < 3; n++) damages["object-missing"]?.(service, (await service.image()).key);
    await service.audit({ now: true });
    service.store.end();
    await expect(service.audit()).rejects.toThrow("2 images were taken out of use");
    expect(await service.audit()).toMatchObject({ examined: 1, acted: 1 });
    expect(await service.findings()).toHaveLength(3);
  });

  it("is not asked twice by an operator who wants a run while a job is under way", async () => {
    const service = withJobs();
    await service.image();
    await service.audit({ now: true });
    await service.audit({ now: true });
    expect(service.store.asked()).toHaveLength(1);
  });

  it("leaves alone an image that was deleted meanwhile", async () => {
    const service = withJobs();
    const { id, key } = await service.image();
    await service.audit({ now: true });
    const before = await service.find(id);
    await service.ports.images.commit({ image: { before, after: { ...before, status: "deleted" } } });
    service.bytes.objects.delete(key);
    service.store.end();
    expect(await service.audit()).toMatchObject({ acted: 0, failed: 0 });
    expect(await service.findings()).toEqual([]);
  });

  it("gives way to reading when the engine is changed under way, and takes over again", async () => {
    const service = withJobs();
    const { id } = await service.image();
    await service.audit({ now: true });
    const settings: Settings = { ...service.ports.settings, audit_deep_engine: "inline" };
    await auditDeep({ ...service.ports, settings })(aRun().run);
    expect((await service.find(id)).integrity.audited_how).toBe("read");
    await service.audit({ now: true });
    expect(service.store.asked()).toHaveLength(2);
  });
});

describe("a deep audit with checksums that breaks off", () => {
  it("goes on in the report where it was, entry by entry", async () => {
    const service = withJobs();
    for (let n = 0; n < 5; n++) await service.image();
    await service.audit({ now: true });
    service.store.end();
    const counts: number[] = [];
    for (let runs = 0; runs < 5; runs++) {
      let left = 2;
      const { examined } = await service.audit({ hasTime: () => left-- > 0 });
      counts.push(examined);
    }
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(5);
  });

  it("killed before it knows the job's id finds the same job again", async () => {
    const service = withJobs();
    await service.image();
    const { checkpoints } = service.ports;
    let saves = 0;
    const killed: JobAuditPorts = {
      ...service.ports,
      checkpoints: {
        find: checkpoints.find,
        // The beginning of the pass, the job that is to be begun, and its id.
        save: async (...args) => {
          if (++saves === 3) throw new Error("killed");
          return checkpoints.save(...args);
        },
      },
    };
    await expect(service.audit({ now: true }, killed)).rejects.toThrow("killed");
    expect(service.store.asked()).toHaveLength(1);
    await service.audit();
    service.store.end();
    expect(await service.audit()).toMatchObject({ examined: 1 });
    expect(service.store.asked()).toHaveLength(1);
  });

  it("killed at any port call is continued, and finds everything", async () => {
    const prepared = async () => {
      const service = withJobs();
      const [good, damaged] = [await service.image(), await service.image()];
      damages["hash-mismatch"]?.(service, damaged.key);
      return { service, good, damaged };
    };
    const whole = await prepared();
    const counting = faulty({ ...whole.service.ports }, undefined);
    await whole.service.audit({ now: true }, counting.ports);
    const asking = counting.calls();
    whole.service.store.end();
    await whole.service.audit({}, counting.ports);
    expect(counting.calls()).toBeGreaterThan(asking + 5);
    for (let call = 1; call <= counting.calls(); call++) {
      for (const moment of ["before", "after"] as const) {
        const point: FaultPoint = { call, moment };
        const { service, good, damaged } = await prepared();
        const broken = faulty({ ...service.ports }, point).ports;
        await service.audit({ now: true }, broken).catch(() => undefined);
        service.store.end();
        await service.audit({}, broken).catch(() => undefined);
        for (let runs = 0; runs < 3; runs++) {
          await service.audit({ now: runs === 0 });
          service.store.end();
        }
        const say = JSON.stringify(point);
        expect((await service.find(good.id)).status, say).toBe("active");
        expect((await service.find(good.id)).integrity.audited_at, say).toBeDefined();
        expect((await service.find(damaged.id)).status, say).toBe("deactivated");
        expect(await service.findings(), say).toMatchObject([{ subject: damaged.id, state: "quarantined" }]);
      }
    }
  });

  it("asks once when two runs overlap, and does no harm in the report either", async () => {
    const service = withJobs();
    const made = [await service.image(), await service.image(), await service.image()];
    damages["hash-mismatch"]?.(service, made[1]?.key ?? "");
    const both = async (options: Parameters<typeof aRun>[0]) => {
      const runs = await Promise.allSettled([service.audit(options), service.audit(options)]);
      for (const run of runs)
        if (run.status === "rejected") expect(run.reason).toBeInstanceOf(CheckpointMoved);
    };
    await both({ now: true });
    expect(service.store.asked()).toHaveLength(1);
    service.store.end();
    await both({});
    await service.audit();
    expect(await service.findings()).toHaveLength(1);
    for (const { id } of made) expect((await service.find(id)).integrity.audited_at).toBeDefined();
  });
});
