import { describe, expect, it } from "vitest";
import { openTransfer } from "../../../../shared/images/operations/transfers/open-transfer.ts";
import { faulty } from "../../../fakes/faulty.ts";
import { demo } from "../../../fakes/images/service.ts";
import { DAY, HOUR, type ReaperService, reaperService } from "../../../fakes/upkeep/reaper.ts";
import { withHints } from "../../../fakes/with-hints.ts";

/** Something of everything that the reaper clears away, and something of what it must not touch. */
async function littered() {
  const service = reaperService();
  await service.fire();
  const { id: expired } = await service.queuedImage();
  await openTransfer(service.ports)(demo, expired, {
    ...{ size: 10, leaseSeconds: 60, stage: false, multipart: true },
  });
  for (const { uploadId } of (await service.inventory.listUploads()).uploads)
    service.ages.set(uploadId, service.ago(0));
  const stuck = await service.stored({ status: "saving", locations: [] });
  service.bytes.objects.delete(stuck.key);
  for (let n = 0; n < 4; n++) service.orphan(9 * DAY);
  await service.orphanUpload(9 * DAY);
  const kept = await service.stored();
  const young = service.orphan(HOUR);
  service.pass(HOUR);
  return { service, expired, stuck: stuck.image.id, kept: [kept.key, young].sort() };
}

type Littered = Awaited<ReturnType<typeof littered>>;

async function expectClean({ service, expired, stuck, kept }: Littered, where: string) {
  await service.deletePending();
  expect([...service.bytes.objects.keys()].sort(), where).toEqual(kept);
  expect(service.bytes.uploads.size, where).toBe(0);
  expect(service.metadata.deletions.size, where).toBe(0);
  for (const id of [expired, stuck])
    expect((await service.ports.images.find(id))?.status, where).toBe("queued");
}

/** All that can be asked of the ports without changing anything. */
const reads = /^(find|list|openTransfers|pendingDeletions)/;

describe("the reaper", () => {
  it("clears away everything that nobody else would", async () => {
    const all = await littered();
    expect(await all.service.fire()).toMatchObject({ acted: 7, failed: 0 });
    await expectClean(all, "whole");
    expect(await all.service.fire()).toMatchObject({ acted: 0, failed: 0 });
  });

  it("changes nothing in a dry run, and says all that it would do", async () => {
    const { service } = await littered();
    const asked: string[] = [];
    const watched = Object.fromEntries(
      Object.entries(service.ports).map(([name, port]) => [
        name,
        typeof port !== "object" || name === "settings"
          ? port
          : new Proxy(port, {
              get: (target, method) => {
                asked.push(String(method));
                return Reflect.get(target, method);
              },
            }),
      ]),
    ) as typeof service.ports;
    const before = structuredClone([...service.metadata.images]);
    service.lines.length = 0;
    expect(await service.fire({ dryRun: true }, watched)).toMatchObject({
      acted: 0,
      failed: 0,
      dry_run: true,
      would_act: 7,
    });
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.filter((method) => !reads.test(method))).toEqual([]);
    expect([...service.metadata.images]).toEqual(before);
    const decisions = service.lines.filter(({ result }) => result === "dry run");
    expect(decisions.map(({ decision }) => decision).sort()).toEqual([
      ...Array.from({ length: 5 }, () => "delete orphan"),
      "queue image",
      "release transfer",
    ]);
    for (const line of decisions) expect(line).toMatchObject({ why: expect.any(String), evidence: {} });
  });

  it("shows in a dry run what it would do if it were not stopped", async () => {
    const { service } = await littered();
    service.restoreAs("table-2");
    const dry = { stopped: /restored or copied/, would_act: 7, acted: 0 };
    expect(await service.fire({ dryRun: true })).toMatchObject(dry);
    await service.fire();
    expect(await service.fire({ dryRun: true })).toMatchObject(dry);
    expect(await service.fire()).toMatchObject({ stopped: /restored or copied/ });
  });

  it("does no harm in several runs at once, and all is done after one more", async () => {
    const all = await littered();
    const results = await Promise.all(Array.from({ length: 4 }, () => all.service.fire()));
    for (const { failed, stopped } of results) expect({ failed, stopped }).toEqual({ failed: 0 });
    await all.service.deletePending();
    await all.service.fire();
    await expectClean(all, "at once");
  });

  it("killed after any port call is continued by the next runs", async () => {
    const whole = await littered();
    const counting = faulty(whole.service.unhinted, undefined);
    await whole.service.fire({}, withHints(counting.ports));
    expect(counting.calls()).toBeGreaterThan(50);
    for (let call = 1; call <= counting.calls(); call++) {
      for (const moment of ["before", "after"] as const) {
        const all = await littered();
        const { fire, unhinted, pass, deletePending } = all.service;
        await fire({}, withHints(faulty(unhinted, { call, moment }).ports)).catch(() => undefined);
        // Messages that were lost are sent again when they are overdue.
        await fire();
        await deletePending();
        pass(HOUR);
        await fire();
        await expectClean(all, `killed ${moment} call ${call}`);
      }
    }
  });
});

describe("an image that waits for data", () => {
  const judged = async (prepare: (service: ReaperService) => Promise<string>) => {
    const service = reaperService();
    const id = await prepare(service);
    const { acted, failed } = await service.fire();
    return {
      acted,
      failed,
      image: await service.ports.images.find(id),
      outbox: service.metadata.outboxEntries,
    };
  };
  const bare = { status: "saving", locations: [] } as const;

  it.each(["saving", "uploading"] as const)(
    "%s is queued again, with a notification, when its transfer is missing",
    async (status) => {
      const { acted, image, outbox } = await judged(async (service) => {
        const { image, key } = await service.stored({ ...bare, status, transfer_id: "gone", size: 5 });
        service.bytes.objects.delete(key);
        return image.id;
      });
      expect(acted).toBe(1);
      expect(image).toMatchObject({ status: "queued", transfer_id: null, size: null });
      expect([...outbox.values()].at(-1)).toMatchObject({
        event_type: "image.update",
        payload: { status: "queued" },
      });
    },
  );

  it("is queued again when its transfer is over", async () => {
    const { acted, image } = await judged(async (service) => {
      const { id } = await service.queuedImage();
      const { image, transfer } = await openTransfer(service.ports)(demo, id, {
        ...{ size: 0, leaseSeconds: 60, stage: false, multipart: true },
      });
      await service.ports.images.commit({
        image: { before: image, after: image },
        writes: [{ kind: "transfer", before: transfer, after: { ...transfer, state: "aborted" } }],
      });
      service.pass(4 * HOUR);
      return id;
    });
    expect(acted).toBe(1);
    expect(image?.status).toBe("queued");
  });

  it("is left alone while it is young, its transfer lives, or its bytes wait for an import", async () => {
    const young = await judged(async (service) => (await service.stored(bare, 2 * HOUR)).image.id);
    expect(young).toMatchObject({ acted: 0, image: { status: "saving" } });
    const alive = await judged(async (service) => {
      const { id } = await service.queuedImage();
      const request = { size: 0, leaseSeconds: 10 * HOUR, stage: false, multipart: true };
      await openTransfer(service.ports)(demo, id, request);
      service.pass(5 * HOUR);
      return id;
    });
    expect(alive).toMatchObject({ acted: 0, image: { status: "saving" } });
    const staged = await judged(async (service) => {
      const { image, key } = await service.stored({ ...bare, status: "uploading" });
      const after = { ...image, staged: { store: "s3", key, size: 7 } };
      await service.ports.images.commit({ image: { before: image, after } });
      return image.id;
    });
    expect(staged).toMatchObject({ acted: 0, image: { status: "uploading" } });
  });

  it("is left alone when somebody else was faster", async () => {
    const service = reaperService();
    const { image } = await service.stored(bare);
    const { find, commit } = service.ports.images;
    let looks = 0;
    service.ports.images.find = async (id) => {
      const found = await find(id);
      // Behind the fence's look and the judge's.
      if (found?.status === "saving" && ++looks === 2)
        await commit({ image: { before: found, after: { ...found, transfer_id: "new" } } });
      return found;
    };
    await service.fire();
    expect((await find(image.id))?.transfer_id).toBe("new");
  });
});
