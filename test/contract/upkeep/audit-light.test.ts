import { createHash, randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { indexEntries } from "../../../shared/images/adapters/dynamodb/keys.ts";
import { deletionOf } from "../../../shared/images/domain/deletion.ts";
import type { Image } from "../../../shared/images/domain/image.ts";
import { deletionWrite } from "../../../shared/images/ports/change.ts";
import { RevisionConflict } from "../../../shared/images/ports/image-store.ts";
import { CheckpointMoved } from "../../../shared/upkeep/ports/checkpoints.ts";
import { type FaultPoint, faulty, InjectedFault } from "../../fakes/faulty.ts";
import { theStore } from "../../fakes/images/the-store.ts";
import { auditedTable } from "./audited-table.ts";
import { catalogue, DAY, damages, keyOf, prefixes, statusOf } from "./damaged-catalogue.ts";
import { stageSomething } from "./damaged-metadefs.ts";

describe("the light auditor", () => {
  it("finds nothing where all is in order, and writes nothing", async () => {
    const table = await auditedTable({ countsUsage: true });
    await stageSomething(table, await catalogue(table));
    const all = [...prefixes, "usage#", "outbox#"];
    const before = await table.dump(...all);
    const { examined, acted, failed } = await table.audit();
    expect([acted, failed]).toEqual([0, 0]);
    expect(examined).toBeGreaterThan(20);
    expect(await table.findings()).toEqual([]);
    expect(await table.dump(...all)).toEqual(before);
  });

  it.each(Object.entries(damages))("finds %s in one pass", async (_, damage) => {
    const { inflict, found, isRestored = true, countsUsage = false, after } = damage;
    const table = await auditedTable({ countsUsage });
    const inOrder = await catalogue(table);
    const before = await table.dump(...prefixes);
    await inflict(table, inOrder);
    await table.audit();
    const findings = await table.findings();
    expect(Object.fromEntries(findings.map(({ kind, state }) => [kind, state]))).toEqual(found);
    if (isRestored) expect(await table.dump(...prefixes)).toEqual(before);
    await after?.(table, inOrder);

    // What was mended is in order; what was not is the same finding, seen again.
    table.later(4 * 3600);
    const again = await table.audit();
    for (const { kind, state, times_seen } of await table.findings())
      expect([kind, state, times_seen]).toEqual([kind, found[kind], state === "mended" ? 1 : 2]);
    expect(again.lines.filter(({ decision }) => decision === "mend record")).toEqual([]);
  });

  it("takes bytes that were written anew for good when an audit has read them since", async () => {
    const table = await auditedTable();
    const image = await table.active();
    table.bytes.objects.set(keyOf(image), Buffer.from("DATA of an image"));
    const written = table.at(0);
    const { head } = table.bytes.store;
    const ports = {
      ...table.ports,
      stores: theStore({
        head: async (key: string) => ({
          ...((await head(key)) ?? { size: 0, etag: "" }),
          modifiedAt: written,
        }),
      }),
    };
    await table.audit({}, ports);
    expect(await table.findings()).toMatchObject([{ state: "open" }]);
    table.later(DAY);
    await table.commit(await table.ports.images.find(image.id), { integrity: { audited_at: table.at(0) } });
    await table.audit({}, ports);
    expect(await table.findings()).toMatchObject([{ kind: "etag-mismatch", state: "mended" }]);
    const etag = createHash("md5").update("DATA of an image").digest("hex");
    expect((await table.ports.images.find(image.id))?.locations[0]?.etag).toBe(etag);
  });

  it("changes nothing in a dry run, and says what it would do", async () => {
    const table = await auditedTable({ countsUsage: true });
    const inOrder = await catalogue(table);
    const harmless = ["a counter that is wrong", "an object that is gone", "one list entry that is missing"];
    for (const name of harmless) await damages[name]?.inflict(table, inOrder);
    const before = await table.dump("");
    const { acted, wouldAct } = await table.audit({ dryRun: true });
    expect([acted, wouldAct]).toEqual([0, harmless.length]);
    expect(await table.dump("")).toEqual(before);
  });

  it("leaves the bytes of young images to the next pass, whichever clock is an hour wrong", async () => {
    const GRACE = 300;
    const HOUR = 3600;
    const errors = [-HOUR, 0, HOUR];
    for (const auditor of errors) {
      for (const writer of errors) {
        const table = await auditedTable();
        // The image is a second younger than the grace, by a clock that is right.
        const changed_at = table.at(GRACE - 1 - writer);
        const image = await table.active({ updated_at: changed_at });
        const half = await table.commit(await table.active(), { status: "deleted", deleted_at: changed_at });
        const stuck = { status: "saving", transfer_id: randomUUID(), updated_at: changed_at } as const;
        await table.commit(undefined, stuck);
        table.bytes.objects.delete(keyOf(image));
        table.later(auditor);
        expect((await table.audit()).acted, `auditor ${auditor}, writer ${writer}`).toBe(0);
        expect(await table.findings()).toEqual([]);
        table.later(5 * HOUR);
        await table.audit();
        const kinds = (await table.findings()).map(({ kind }) => kind);
        expect(kinds).toEqual(["bytes-left-over", "image-stuck", "object-missing"]);
        expect(await statusOf(table, half)).toBe("deleted");
      }
    }
  });

  it("beside a restored table reports what would make bytes be deleted, and leaves it alone", async () => {
    const table = await auditedTable();
    const inOrder = await catalogue(table);
    for (const name of ["a deletion that was half done", "an upload that nobody ends"])
      await damages[name]?.inflict(table, inOrder);
    table.later(2 * DAY);
    table.tableBeat.set({ table: "table-1", beat: 4, version: "4" });
    table.bucketBeat.set({ table: "table-1", beat: 9, version: "9" });
    const before = await table.dump(...prefixes);
    const { acted, waits } = await table.audit();
    expect([acted, waits]).toEqual([0, expect.stringContaining("an earlier state of itself")]);
    expect(await table.dump(...prefixes)).toEqual(before);
    expect(table.work.deleting).toEqual([]);
    expect((await table.findings()).map(({ kind, state }) => [kind, state])).toEqual([
      ["bytes-left-over", "open"],
      ["deletion-overdue", "open"],
    ]);
    table.tableBeat.set({ table: "table-1", beat: 9, version: "9" });
    table.later(DAY);
    await table.audit();
    expect((await table.findings()).map(({ kind, state }) => [kind, state])).toEqual([
      ["bytes-left-over", "mended"],
      ["deletion-overdue", "open"],
      ["image-stuck", "mended"],
    ]);
  });

  it("stops before it takes too many images out of use, and goes on when it is released", async () => {
    const table = await auditedTable({ settings: { audit_quarantine_max: 3 } });
    const images = await Promise.all(Array.from({ length: 8 }, () => table.active()));
    table.bytes.objects.clear();
    const left = async () =>
      (await Promise.all(images.map((image) => statusOf(table, image)))).filter(
        (status) => status === "active",
      ).length;
    for (const expected of [5, 2]) {
      await expect(table.audit()).rejects.toThrow("3 images were taken out of use in one pass");
      expect(await left()).toBe(expected);
    }
    await table.audit();
    expect(await left()).toBe(0);
  });

  it("keeps below its rate, and goes on where its time ended", async () => {
    const table = await auditedTable({ settings: { audit_light_objects_per_second: 10 } });
    for (let n = 0; n < 60; n++) await table.active({ name: `${n}` });
    const image = await table.active();
    for (const key of indexEntries(image)) await table.remove(key);
    const began = table.ports.clock().getTime();
    let runs = 0;
    for (let unfinished = true; unfinished; runs++) {
      const end = table.ports.clock().getTime() + 9000;
      ({ unfinished } = await table.audit({ hasTime: () => table.ports.clock().getTime() < end }));
    }
    // 5 records an image; each run takes a page of 100.
    expect(runs).toBeGreaterThan(2);
    expect((table.ports.clock().getTime() - began) / 1000).toBeGreaterThan(20);
    expect(await table.findings()).toMatchObject([...indexEntries(image)].map(() => ({ state: "mended" })));
  });

  it("killed anywhere, is continued, and everything is found", async () => {
    const names = [
      "an object that is gone",
      "an image without any entry",
      "a member that was lost",
      "an entry without its member",
      "a deletion that was half done",
    ];
    const run = async (point: FaultPoint | undefined) => {
      const table = await auditedTable();
      const inOrder = await catalogue(table);
      for (const name of names) await damages[name]?.inflict(table, inOrder);
      const { clock, sleep, settings, ...stores } = table.ports;
      const broken = faulty(stores as unknown as Record<string, object>, point);
      const ports = { ...(broken.ports as unknown as typeof stores), clock, sleep, settings };
      await table.audit({}, ports).catch((error: unknown) => {
        if (!(error instanceof InjectedFault)) throw error;
      });
      const calls = broken.calls();
      table.later(60);
      await table.audit();
      const again = await table.audit();
      expect([again.acted, again.failed], `${JSON.stringify(point)}`).toEqual([0, 0]);
      const { shared, renamed } = inOrder;
      expect(await statusOf(table, renamed)).toBe("deactivated");
      const renamedNow = await table.ports.images.find(renamed.id);
      for (const key of indexEntries(renamedNow ?? renamed)) expect(await table.get(key)).toBeDefined();
      expect((await table.ports.images.find(shared.id))?.member_count).toBe(1);
      expect((await table.dump("deletions#pending")).length).toBe(2);
      return calls;
    };
    const calls = await run(undefined);
    expect(calls).toBeGreaterThan(30);
    for (let call = 1; call <= calls; call += 3)
      await run({ call, moment: call % 2 === 0 ? "before" : "after" });
  }, 240_000);

  it("does no harm when two run at once", async () => {
    const table = await auditedTable();
    const inOrder = await catalogue(table);
    for (const name of ["an image without any entry", "an object that is gone", "entries of a deleted image"])
      await damages[name]?.inflict(table, inOrder);
    const both = await Promise.allSettled([table.audit(), table.audit()]);
    for (const result of both)
      if (result.status === "rejected") expect(result.reason).toBeInstanceOf(CheckpointMoved);
    await table.audit();
    expect((await table.findings()).every(({ state }) => state !== "open")).toBe(true);
    expect(await table.audit()).toMatchObject({ acted: 0, failed: 0 });
  });

  it.each([0, 0.05])("says nothing about images that others write meanwhile (faults: %d)", async (rate) => {
    const table = await auditedTable({ rate, countsUsage: true });
    await catalogue(table);
    let hasEnded = false;
    const { images } = table.ports;
    const lifeOfAnImage = async (n: number) => {
      const updated_at = table.at(0);
      let image = await table.active({ name: `${n}`, visibility: "public", updated_at });
      image = await table.share(image, "alt");
      for (let name = 0; name < 3; name++) image = await table.commit(image, { name: `${n}-${name}` });
      const [member] = await images.members(image.id);
      const after: Image = { ...image, member_count: 0, visibility: "private" };
      image = (
        await images.commit({
          image: { before: image, after },
          writes: [{ kind: "member", before: member, after: undefined }],
        })
      ).image;
      const deletion = deletionOf({ image_id: image.id, key: keyOf(image) }, new Date());
      await images.commit({
        image: { before: image, after: { ...image, status: "deleted", deleted_at: updated_at } },
        writes: [deletionWrite(deletion)],
      });
      await table.bytes.store.head(keyOf(image));
      table.bytes.objects.delete(keyOf(image));
      await images.removeDeletion(deletion.id);
    };
    const writer = async (first: number) => {
      for (let n = first; !hasEnded; n += 4)
        await lifeOfAnImage(n).catch((error: unknown) => {
          // A write whose answer was lost and that was sent again.
          if (!(error instanceof RevisionConflict)) throw error;
        });
    };
    const writers = [0, 1, 2, 3].map(writer);
    for (let passes = 0; passes < 6; passes++) expect((await table.audit()).acted).toBe(0);
    hasEnded = true;
    await Promise.all(writers);
    expect(await table.audit()).toMatchObject({ acted: 0, failed: 0 });
    expect(await table.findings()).toEqual([]);
  });
});
